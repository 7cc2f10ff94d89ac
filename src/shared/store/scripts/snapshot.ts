import { MOST_SNAPSHOTS } from '../snapshots.js';

/**
 * Part of a script that ends a deployment which has written: notes what its target runs from now on, and takes a
 * picture of the whole environment. Pictures with the same content are stored once.
 *
 * `runs:<environment>` holds, by service, the deployment whose version runs; `certain` is false when nobody knows
 * what a failed rollback or an abandoned update left there.
 */
export const TAKE_SNAPSHOT = `
local function takeSnapshot(id,target,t,name,request)
  local service,environment=string.match(target,'^(.-)/(.*)$')
  local runs=R..':runs:'..environment
  if name=='succeeded' then
    local digests=cjson.decode(redis.call('HGET',dep(id),'progress')).digests
    redis.call('HSET',runs,service,cjson.encode({deployment=id,version=request.version,content=request.content or '',digests=digests,since=t,certain=true}))
  elseif name~='rolled_back' then
    local before=redis.call('HGET',runs,service)
    local run=before and cjson.decode(before) or {deployment=id,version='',content=''}
    run.certain=false run.since=t
    redis.call('HSET',runs,service,cjson.encode(run))
  end
  local services=redis.call('HKEYS',runs)
  table.sort(services)
  local text,picture={},{}
  for _,each in ipairs(services) do
    local run=cjson.decode(redis.call('HGET',runs,each))
    text[#text+1]=each..'\\n'..run.version..'\\n'..run.content..'\\n'..tostring(run.certain)
    local images={}
    for image,digest in pairs(run.digests or {}) do images[#images+1]='\\n'..image..'@'..digest end
    table.sort(images)
    text[#text]=text[#text]..table.concat(images)
    picture[each]=run
  end
  local content=redis.sha1hex(table.concat(text,'\\n'))
  local contents,used,order=R..':snapshot-contents:'..environment,R..':snapshot-used:'..environment,R..':snapshots:'..environment
  redis.call('HSET',contents,content,next(picture) and cjson.encode(picture) or '{}')
  redis.call('ZADD',used,t,content)
  redis.call('XADD',order,'MAXLEN',${MOST_SNAPSHOTS},'*','content',content,'deployment',id,'service',service,'ended',name,'at',int(t))
  while redis.call('ZCARD',used)>${MOST_SNAPSHOTS} do redis.call('HDEL',contents,redis.call('ZPOPMIN',used)[1]) end
end
`;
