/**
 * A worker takes the deployment that holds its target. ARGV: id, owner, lease in ms, worker name, newest format of
 * records that it can work on. Answers ok with epoch, target, attempt and time, or why not: gone, ended, newer,
 * not-holder, busy. What is too new for this worker is offered again soon, for another one.
 */
export const CLAIM = `
local id,owner,lease,worker,format=ARGV[1],ARGV[2],tonumber(ARGV[3]),ARGV[4],tonumber(ARGV[5])
local t=now()
local found=redis.call('HMGET',dep(id),'target','name','format')
local target=found[1]
if not target then return {'gone'} end
if ENDED[found[2]] then return {'ended'} end
if tonumber(found[3] or 0)>format then
  redis.call('HSET',dep(id),'offers',0)
  return {'newer'}
end
-- Operations that wait, or are at work, go before a deployment that has not begun.
if redis.call('ZCARD',R..':operation-queue:'..target)>0 and redis.call('HEXISTS',dep(id),'startedAt')==0 then return {'busy'} end
local held=redis.call('HMGET',box(target),'holder','leaseUntil','epoch','owner')
if held[1]~=id or redis.call('ZSCORE',R..':admission',id) then return {'not-holder'} end
-- It is too late to begin it: the next sweep ends it.
local late=redis.call('ZSCORE',R..':expiry',id)
if late and tonumber(late)<=t then return {'busy'} end
if held[2] and tonumber(held[2])>t then
  -- A connection that broke after the work was done sends the same call again.
  if held[4]==owner then return {'ok',held[3],target,tonumber(redis.call('HGET',dep(id),'attempts')),int(t)} end
  return {'busy'}
end
redis.call('ZREM',R..':outbox',id)
redis.call('ZREM',R..':expiry',id)
local attempt=redis.call('HINCRBY',dep(id),'attempts',1)
local epoch=int(math.max(tonumber(held[3] or '0')+1,t))
redis.call('HSET',box(target),'owner',owner,'epoch',epoch,'leaseUntil',int(t+lease))
redis.call('ZADD',R..':leases',t+lease,target)
redis.call('HSET',dep(id),'epoch',epoch,'batch',0,'offers',0,'updatedAt',int(t))
redis.call('HSETNX',dep(id),'startedAt',int(t))
redis.call('HINCRBY',dep(id),'revision',1)
event(id,t,'deployment.claimed',{worker=worker,attempt=attempt})
ring(id,'state')
return {'ok',epoch,target,attempt,int(t)}
`;

/** Prolongs the lease of its owner. ARGV: id, target, epoch, owner, lease in ms. Answers the cancel wish, if any, and the time. */
export const RENEW = `
local id,target,epoch,owner,lease=ARGV[1],ARGV[2],ARGV[3],ARGV[4],tonumber(ARGV[5])
local t=now()
if not owns(target,id,epoch,owner) then return {'fenced'} end
redis.call('HSET',box(target),'leaseUntil',int(t+lease))
redis.call('ZADD',R..':leases',t+lease,target)
return {'ok',redis.call('HGET',dep(id),'cancel') or '',int(t)}
`;

/**
 * The owner gives the lease back and keeps the turn of its deployment. ARGV: id, target, epoch, owner, visibility in ms,
 * attempts that are not to count: 1 for a shutdown, 0 for a crash.
 */
export const HAND_OVER = `
local id,target,epoch,owner,visible,uncounted=ARGV[1],ARGV[2],ARGV[3],ARGV[4],tonumber(ARGV[5]),tonumber(ARGV[6])
local t=now()
if not owns(target,id,epoch,owner) then return {'fenced'} end
redis.call('HDEL',box(target),'owner','leaseUntil')
redis.call('ZREM',R..':leases',target)
local dispatch=redis.call('HINCRBY',dep(id),'dispatch',1)
local attempts=tonumber(redis.call('HGET',dep(id),'attempts'))
redis.call('HSET',dep(id),'attempts',math.max(attempts-uncounted,0),'updatedAt',int(t))
redis.call('ZADD',R..':outbox',t+visible,id)
event(id,t,'deployment.handed-over',{worker=owner})
return {'ok',dispatch}
`;
