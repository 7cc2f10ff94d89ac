/**
 * Held deployments that are due for a look, so that one process looks at each: the next look is set off by the
 * given time. ARGV: milliseconds until the next look, most to answer. Answers ids.
 */
export const DUE = `
local t=now()
local due=redis.call('ZRANGEBYSCORE',R..':judgements','-inf',t,'LIMIT',0,tonumber(ARGV[2]))
for _,id in ipairs(due) do redis.call('ZADD',R..':judgements',t+tonumber(ARGV[1]),id) end
return due
`;

/**
 * What a look at a held deployment came to. ARGV: id, revision that was looked at, held state or '' to line it up,
 * milliseconds until the next look, visibility in ms. Answers stale, same, held, or resumed with offers.
 */
export const REVIEW = `
local id,revision,state,again,visible=ARGV[1],ARGV[2],ARGV[3],tonumber(ARGV[4]),tonumber(ARGV[5])
local t=now()
local found=redis.call('HMGET',dep(id),'target','name','revision','state')
if found[2]~='held' or found[3]~=revision then return {'stale'} end
if state=='' then
  local offers={}
  resume(id,found[1],t,visible,offers)
  return {'resumed',unpack(offers)}
end
redis.call('ZADD',R..':judgements',t+again,id)
if found[4]==state then return {'same'} end
redis.call('HSET',dep(id),'state',state,'updatedAt',int(t))
redis.call('HINCRBY',dep(id),'revision',1)
event(id,t,'deployment.held',{because=cjson.decode(state).because[1].text})
ring(id,'state')
return {'held'}
`;

/**
 * Somebody approves of a deployment that is held. ARGV: id, who, approval, event data. Answers gone, the name of its
 * state when that is another one, or approved.
 */
export const APPROVE = `
local id,by,approval,data=ARGV[1],ARGV[2],ARGV[3],ARGV[4]
local t=now()
local name=redis.call('HGET',dep(id),'name')
if not name then return 'gone' end
if name~='held' then return name end
redis.call('HSET',dep(id),'approval:'..by,approval,'updatedAt',int(t))
redis.call('HINCRBY',dep(id),'revision',1)
event(id,t,'deployment.approved',cjson.decode(data))
if redis.call('ZSCORE',R..':judgements',id) then redis.call('ZADD',R..':judgements',0,id) end
ring(id,'state')
return 'approved'
`;

/** Looks at everything that a rule or a person holds as soon as possible, or at one deployment. ARGV: id or ''. */
export const LOOK_NOW = `
if ARGV[1]~='' then
  if redis.call('ZSCORE',R..':judgements',ARGV[1]) then redis.call('ZADD',R..':judgements',0,ARGV[1]) end
  return 1
end
for _,id in ipairs(redis.call('ZRANGE',R..':judgements',0,-1)) do redis.call('ZADD',R..':judgements',0,id) end
return 1
`;

/**
 * The owner of a deployment that has written nothing gives it back, held: it lines up again when it is clear, and
 * starts from the beginning. ARGV: id, target, epoch, owner, batch, held state, entries, count, milliseconds until the
 * next look, milliseconds until it expires, visibility in ms. Answers ok with the time and offers, fenced, or
 * cancelling when somebody wishes it to stop instead.
 */
export const HOLD = `
local id,target,epoch,owner,batch,state=ARGV[1],ARGV[2],ARGV[3],ARGV[4],ARGV[5],ARGV[6]
local entries,count,again,patience,visible=ARGV[7],tonumber(ARGV[8]),tonumber(ARGV[9]),tonumber(ARGV[10]),tonumber(ARGV[11])
local t=now()
local last=redis.call('HMGET',dep(id),'epoch','batch')
if last[1]==epoch and tonumber(last[2])>=tonumber(batch) then return {'ok',int(t)} end
if not owns(target,id,epoch,owner) then return {'fenced'} end
if redis.call('HGET',dep(id),'cancel') then return {'cancelling'} end
if count>0 then write(id,t,entries,count) end
event(id,t,'deployment.held',{because=cjson.decode(state).because[1].text})
changed(id,t,'held')
redis.call('HDEL',R..':work:'..id,'baseline')
-- What has not begun lets operations go first, and a rollback goes to what ran when it began in earnest.
redis.call('HDEL',dep(id),'startedAt')
redis.call('HSET',dep(id),'batch',batch,'name','held','state',state,'progress','','attempts',0,'updatedAt',int(t))
redis.call('HINCRBY',dep(id),'revision',1)
redis.call('HINCRBY',dep(id),'dispatch',1)
redis.call('ZADD',R..':held:'..target,redis.call('HGET',dep(id),'order'),id)
redis.call('ZADD',R..':judgements',t+again,id)
redis.call('ZADD',R..':expiry',t+patience,id)
local offers={}
release(target,t,visible,offers)
ring(id,'state')
return {'ok',int(t),unpack(offers)}
`;
