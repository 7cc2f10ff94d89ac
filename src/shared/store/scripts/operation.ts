import { IDEMPOTENCY } from './idempotency.js';

/**
 * What operations share. They wait in a queue of their own beside the lane of deployments. An operation begins when no
 * deployment that has begun holds the target, and goes before all that have not; `startedAt` of a deployment tells them
 * apart, for both sides.
 */
export const OPERATION = `
local function op(id) return R..':operation:'..id end
local function opQueue(target) return R..':operation-queue:'..target end
local function opLock(target) return R..':operating:'..target end
local function opChanged(id)
  redis.call('PUBLISH',R..':bell:'..id,'state')
  redis.call('PUBLISH',R..':operation-bells',id)
end

-- The one way into an end. The deployment that waited behind it is due for its next offer at once.
local function endOperation(id,target,t,state,ending)
  redis.call('HSET',op(id),'state',state,'ending',ending,'endedAt',int(t))
  redis.call('HDEL',op(id),'because')
  redis.call('ZREM',opQueue(target),id)
  redis.call('ZREM',R..':operation-expiry',id)
  if redis.call('ZCARD',opQueue(target))==0 then
    redis.call('ZREM',R..':operation-targets',target)
    local holder=redis.call('HGET',box(target),'holder')
    if holder and redis.call('ZSCORE',R..':outbox',holder) then
      redis.call('HSET',dep(holder),'offers',0)
      redis.call('HINCRBY',dep(holder),'dispatch',1)
      redis.call('ZADD',R..':outbox',t,holder)
    end
  end
  opChanged(id)
end
local function opOwns(target,owner) return redis.call('GET',opLock(target))==owner end
-- Once per operation, and only what has ended: ids grow with time.
local function forgetOldest(target,most)
  local order=R..':operation-order:'..target
  if redis.call('ZCARD',order)<=most then return end
  local oldest=redis.call('ZRANGE',order,0,0)[1]
  if redis.call('ZSCORE',opQueue(target),oldest) then return end
  redis.call('ZREM',order,oldest)
  redis.call('DEL',op(oldest))
end
`;

/**
 * Lines an operation up. ARGV: id, target, kind, wish, asker, reason, subject, milliseconds after which it is not begun,
 * idempotency scope or '', body hash, idempotency time to live, most that may wait, most that are kept. Answers queued
 * with the time, replay or conflict with the id of the first one, or full.
 */
export const QUEUE_OPERATION = `${IDEMPOTENCY}${OPERATION}
local id,target,kind,wish,asker,reason,subject=ARGV[1],ARGV[2],ARGV[3],ARGV[4],ARGV[5],ARGV[6],ARGV[7]
local patience,scope,hash,ttl,most,kept=tonumber(ARGV[8]),ARGV[9],ARGV[10],ARGV[11],tonumber(ARGV[12]),tonumber(ARGV[13])
local t=now()
local replayed=seenBefore(scope,hash)
if replayed then return replayed end
-- A connection that broke after the work was done sends the same call again.
if redis.call('EXISTS',op(id))==1 then return {'replay',id} end
if redis.call('ZCARD',opQueue(target))>=most then return {'full'} end
redis.call('HSET',op(id),'target',target,'kind',kind,'wish',wish,'asker',asker,'reason',reason,'subject',subject,
  'state','queued','queuedAt',int(t),'expiresAt',int(t+patience),'attempts',0)
remember(scope,id,hash,ttl)
redis.call('ZADD',R..':operation-order:'..target,0,id)
redis.call('ZADD',opQueue(target),redis.call('HINCRBY',R..':counters','operations',1),id)
redis.call('ZADD',R..':operation-expiry',t+patience,id)
redis.call('ZADD',R..':operation-targets',0,target)
forgetOldest(target,kept)
opChanged(id)
redis.call('PUBLISH',R..':bell:operations','state')
return {'queued',int(t)}
`;

/** Writes down what was done while somebody waited for it. ARGV: id, target, kind, asker, reason, start, state, ending, most that are kept. */
export const NOTE_OPERATION = `${OPERATION}
local id,target=ARGV[1],ARGV[2]
local t=now()
redis.call('HSET',op(id),'target',target,'kind',ARGV[3],'asker',ARGV[4],'reason',ARGV[5],'subject','','state',ARGV[7],
  'queuedAt',ARGV[6],'startedAt',ARGV[6],'expiresAt',ARGV[6],'endedAt',int(t),'ending',ARGV[8])
redis.call('ZADD',R..':operation-order:'..target,0,id)
forgetOldest(target,tonumber(ARGV[9]))
opChanged(id)
return {'noted'}
`;

/**
 * A worker takes an operation that may begin, or one whose worker fell silent. ARGV: owner, lease in ms, most attempts,
 * ending of what lost that many workers, ending of what expired, most targets to look at. Answers none, or taken with
 * id, time and the record.
 */
export const TAKE_OPERATION = `${OPERATION}
local owner,lease,attempts,lost,expired,most=ARGV[1],ARGV[2],tonumber(ARGV[3]),ARGV[4],ARGV[5],tonumber(ARGV[6])
local t=now()
local function waitFor(id,because)
  if redis.call('HGET',op(id),'because')==because then return end
  redis.call('HSET',op(id),'because',because)
  opChanged(id)
end
for _,target in ipairs(redis.call('ZRANGE',R..':operation-targets',0,most-1)) do
  -- Those that were looked at longest ago come first.
  redis.call('ZADD',R..':operation-targets',t,target)
  local id=redis.call('ZRANGE',opQueue(target),0,0)[1]
  local holder=redis.call('HGET',box(target),'holder')
  if not id then
    redis.call('ZREM',R..':operation-targets',target)
  elseif redis.call('EXISTS',opLock(target))==0 then
    local about=redis.call('HMGET',op(id),'state','expiresAt','attempts')
    if about[1]=='queued' and tonumber(about[2])<=t then endOperation(id,target,t,'expired',expired)
    elseif about[1]=='queued' and holder and redis.call('HGET',dep(holder),'startedAt') then
      waitFor(id,'Deployment '..holder..' is at work on the target')
    elseif tonumber(about[3])>=attempts then endOperation(id,target,t,'failed',lost)
    else
      redis.call('SET',opLock(target),owner,'PX',lease)
      redis.call('ZREM',R..':operation-expiry',id)
      redis.call('HINCRBY',op(id),'attempts',1)
      redis.call('HSET',op(id),'state','running')
      redis.call('HSETNX',op(id),'startedAt',int(t))
      redis.call('HDEL',op(id),'because')
      opChanged(id)
      return {'taken',id,int(t),unpack(redis.call('HGETALL',op(id)))}
    end
  end
end
return {'none'}
`;

/**
 * Prolongs the lease of its owner, and stores what it is about to do or waits for. ARGV: id, target, owner, lease in ms,
 * then pairs of fields. Answers ok or fenced.
 */
export const KEEP_OPERATION = `${OPERATION}
local id,target,owner,lease=ARGV[1],ARGV[2],ARGV[3],ARGV[4]
if not opOwns(target,owner) then return {'fenced'} end
redis.call('PEXPIRE',opLock(target),lease)
if #ARGV>4 then
  redis.call('HSET',op(id),unpack(ARGV,5))
  opChanged(id)
end
return {'ok'}
`;

/** Its owner ends it. ARGV: id, target, owner, state, ending. Answers ok or fenced. */
export const END_OPERATION = `${OPERATION}
local id,target,owner,state,ending=ARGV[1],ARGV[2],ARGV[3],ARGV[4],ARGV[5]
if opOwns(target,owner) then
  redis.call('DEL',opLock(target))
  endOperation(id,target,now(),state,ending)
  return {'ok'}
end
-- A connection that broke after the work was done sends the same call again.
local stored=redis.call('HMGET',op(id),'state','ending')
return {stored[1]==state and stored[2]==ending and 'ok' or 'fenced'}
`;

/** Its owner leaves it to another worker, at once. ARGV: id, target, owner. */
export const LEAVE_OPERATION = `${OPERATION}
local id,target,owner=ARGV[1],ARGV[2],ARGV[3]
if not opOwns(target,owner) then return {'fenced'} end
redis.call('DEL',opLock(target))
redis.call('HINCRBY',op(id),'attempts',-1)
redis.call('PUBLISH',R..':bell:operations','state')
return {'ok'}
`;

/** Ends what has not begun. ARGV: id, target, ending. Answers gone, begun with its state, or cancelled. */
export const CANCEL_OPERATION = `${OPERATION}
local id,target,ending=ARGV[1],ARGV[2],ARGV[3]
local found=redis.call('HMGET',op(id),'target','state')
if found[1]~=target then return {'gone'} end
if found[2]~='queued' then return {'begun',found[2]} end
endOperation(id,target,now(),'cancelled',ending)
return {'cancelled'}
`;

/** Operations of a target, newest first. ARGV: target, most. Answers HGETALL arrays, each with its id. */
export const LIST_OPERATIONS = `${OPERATION}
local found={}
for _,id in ipairs(redis.call('ZREVRANGE',R..':operation-order:'..ARGV[1],0,tonumber(ARGV[2])-1)) do
  local fields=redis.call('HGETALL',op(id))
  if #fields>0 then fields[#fields+1]='id' fields[#fields+1]=id found[#found+1]=fields end
end
return found
`;

/** Ends what was not begun in time. In `SWEEP`, after `OPERATION`; `t`, `most` and the ending are those of the sweep. */
export const EXPIRE_OPERATIONS = `
for _,id in ipairs(redis.call('ZRANGEBYSCORE',R..':operation-expiry','-inf',t,'LIMIT',0,most)) do
  redis.call('ZREM',R..':operation-expiry',id)
  local about=redis.call('HMGET',op(id),'target','state')
  if about[2]=='queued' then endOperation(id,about[1],t,'expired',ARGV[4]) end
end
`;
