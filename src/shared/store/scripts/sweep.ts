import { EXPIRE_OPERATIONS, OPERATION } from './operation.js';

/**
 * Finds what has been left lying: ends what outlived its queue deadline, lines up what is held no longer, puts holders with an expired lease back into
 * the outbox, and answers who is due for an offer. An offer that is repeated gets a new dispatch number, since the
 * BullMQ job of the old one may be dead, and waits twice as long for the next, up to five minutes.
 *
 * ARGV: visibility in ms, expired state, most to handle, ending of operations that expired. Answers id, dispatch, id,
 * dispatch, …
 */
export const SWEEP = `${OPERATION}
local visible,expired,most=tonumber(ARGV[1]),ARGV[2],tonumber(ARGV[3])
local t=now()
local offers={}
for _,id in ipairs(redis.call('ZRANGEBYSCORE',R..':expiry','-inf',t,'LIMIT',0,most)) do
  local found=redis.call('HMGET',dep(id),'target','name')
  redis.call('ZREM',R..':expiry',id)
  if found[2]=='queued' or found[2]=='held' then
    local target=found[1]
    local waited=redis.call('ZREM',lane(target),id)==1 or unhold(id,target)
    finish(id,target,t,'expired',expired,{detail=cjson.decode(expired).failure.detail})
    if not waited and redis.call('HGET',box(target),'holder')==id then release(target,t,visible,offers) end
  end
end
${EXPIRE_OPERATIONS}
for _,id in ipairs(redis.call('ZRANGEBYSCORE',R..':reviews','-inf',t,'LIMIT',0,most)) do
  local target=redis.call('HGET',dep(id),'target')
  if target then resume(id,target,t,visible,offers) else redis.call('ZREM',R..':reviews',id) end
end
-- A limit may have been raised.
admitWaiting(t,visible,offers)
for _,target in ipairs(redis.call('ZRANGEBYSCORE',R..':leases','-inf',t,'LIMIT',0,most)) do
  redis.call('ZREM',R..':leases',target)
  local holder=redis.call('HGET',box(target),'holder')
  if holder then
    redis.call('HINCRBY',dep(holder),'dispatch',1)
    redis.call('HSET',dep(holder),'offers',0)
    redis.call('ZADD',R..':outbox',t,holder)
    event(holder,t,'deployment.lease-lost',{target=target})
    ring(holder,'lines')
  end
end
for _,id in ipairs(redis.call('ZRANGEBYSCORE',R..':outbox','-inf',t,'LIMIT',0,most)) do
  local offered=redis.call('HINCRBY',dep(id),'offers',1)
  if offered>1 then redis.call('HINCRBY',dep(id),'dispatch',1) end
  redis.call('ZADD',R..':outbox','XX',t+math.min(visible*2^(offered-1),300000),id)
  offers[#offers+1]=id offers[#offers+1]=redis.call('HGET',dep(id),'dispatch')
end
return offers
`;
