import { MOST_CHANGES } from './notices.js';

/**
 * Keeps what a look for drift came to, unless the target runs something else by now or a deployment holds it, and tells
 * once that drift has begun or ended. Nobody having been able to look in between neither ends nor begins one.
 * ARGV: service, environment, deployment that was compared with, state, view, what was seen for people. Answers busy
 * with the holder, stale, or kept with the time since when the state has been so. Kept are deployment, state, since
 * and view, each on a line.
 */
export const KEEP_DRIFT = `
local service,environment,id,state,view,about=ARGV[1],ARGV[2],ARGV[3],ARGV[4],ARGV[5],ARGV[6]
local function tell(name,t)
  redis.call('XADD',R..':changes','MAXLEN','~',${MOST_CHANGES},'*','id',id,'name',name,'t',t,'about',about)
  ring(id,'state')
end
local holder=redis.call('HGET',box(service..'/'..environment),'holder')
if holder then return {'busy',holder} end
local run=redis.call('HGET',R..':runs:'..environment,service)
if not run or cjson.decode(run).deployment~=id then return {'stale',''} end
local key=R..':drift:'..environment
local t=int(now())
local since=t
local before=redis.call('HGET',key,service)
if before then
  local was,said,at=string.match(before,'^(.-)\\n(.-)\\n(.-)\\n')
  if was==id and said==state then since=at end
end
redis.call('HSET',key,service,table.concat({id,state,since,view},'\\n'))
local told=R..':drift-told:'..environment
if state=='drifted' and redis.call('HGET',told,service)~=id then
  redis.call('HSET',told,service,id)
  tell('target.drifted',t)
elseif state=='none' and redis.call('HDEL',told,service)==1 then tell('target.restored',t) end
return {'kept',since}
`;

/**
 * Targets whose turn for a look it is, so that one worker looks at each. One that is seen for the first time has its
 * turn after a period. ARGV: period in ms, most to answer, names of all targets. Answers names.
 */
export const DUE_FOR_DRIFT = `
local period,most=tonumber(ARGV[1]),tonumber(ARGV[2])
local t=now()
local key=R..':drift-due'
local known={}
for at=3,#ARGV do
  known[ARGV[at]]=true
  redis.call('ZADD',key,'NX',t+period,ARGV[at])
end
local due={}
for _,target in ipairs(redis.call('ZRANGEBYSCORE',key,'-inf',t,'LIMIT',0,most)) do
  if known[target] then
    redis.call('ZADD',key,t+period,target)
    due[#due+1]=target
  else redis.call('ZREM',key,target) end
end
return due
`;
