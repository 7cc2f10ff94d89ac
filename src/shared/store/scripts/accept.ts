import { RECORD_FORMAT } from '../records.js';
import { IDEMPOTENCY } from './idempotency.js';

/**
 * Accepts one deployment in one step: idempotency, configuration revision, order, supersession, record, indexes,
 * first event and, when the target is free, its promotion. A refusal changes nothing.
 *
 * ARGV: id, target, request, input, version data of the first event, idempotency scope or '', body hash,
 * idempotency time to live, onBusy, most that may wait, configuration revision, queue deadline in ms, visibility in ms,
 * state that superseded ones get or '', most deployments in the store that have not ended, scopes, priority, state when
 * held or '', time of the next look at what holds it, the set that holds that time,
 * version that must not have failed on the target or '', release that it is a member of or ''. Answers accepted, number,
 * how many are ahead, time, then offers.
 */
export const ACCEPT = `${IDEMPOTENCY}
local id,target,request,input,data,scope,hash,ttl,mode=ARGV[1],ARGV[2],ARGV[3],ARGV[4],ARGV[5],ARGV[6],ARGV[7],ARGV[8],ARGV[9]
local most,revision,patience,visible,superseded,allmost=tonumber(ARGV[10]),ARGV[11],tonumber(ARGV[12]),tonumber(ARGV[13]),ARGV[14],tonumber(ARGV[15])
local places,priority,held,heldUntil,looks=ARGV[16],tonumber(ARGV[17]),ARGV[18],tonumber(ARGV[19]),ARGV[20]
local t=now()
local replayed=seenBefore(scope,hash)
if replayed then return replayed end
-- A connection that broke after the work was done sends the same call again.
if redis.call('EXISTS',dep(id))==1 then return {'replay',id} end
if (redis.call('HGET',R..':configuration','revision') or '0')~=revision then return {'stale'} end
if ARGV[22]~='' then
  local progress=redis.call('HGET',R..':release:'..ARGV[22],'progress')
  if progress and cjson.decode(progress).cancelled then return {'release-cancelled'} end
end
local about=redis.call('HMGET',box(target),'holder','failed','failedId')
local holder=about[1]
if about[2] and about[2]==ARGV[21] then return {'failed-before',about[3]} end
local waiting=redis.call('ZCARD',lane(target))+redis.call('ZCARD',R..':held:'..target)
if mode=='reject' and (holder or waiting>0) then
  return {'busy',holder or redis.call('ZRANGE',lane(target),0,0)[1] or redis.call('ZRANGE',R..':held:'..target,0,0)[1]}
end
local dropped={}
if mode=='supersede' then
  for _,line in ipairs({lane(target),R..':held:'..target}) do
    for _,other in ipairs(redis.call('ZRANGE',line,0,-1)) do
      if redis.call('HGET',dep(other),'mode')~='queue' then dropped[#dropped+1]=other end
    end
  end
end
if waiting-#dropped>=most then return {'full',waiting} end
if redis.call('ZCARD',R..':live')>=allmost then return {'overloaded'} end
for _,other in ipairs(dropped) do
  redis.call('ZREM',lane(target),other) unhold(other,target)
  finish(other,target,t,'superseded',superseded,{by=id,detail=cjson.decode(superseded).failure.detail})
end
local number=redis.call('HINCRBY',R..':counters','deployments',1)
local order=int(number-priority*1e9)
local name,state,ahead='queued','{"name":"queued"}',0
-- What is known of it from the start is one entry of its journal. The number joins a JSON object that is never empty.
local known={'{"code":"deployment.accepted","data":'..string.sub(data,1,-2)..',"number":'..number..'}}'}
if held~='' then
  name,state,ahead='held',held,waiting-#dropped+(holder and 1 or 0)
  redis.call('ZADD',R..':held:'..target,order,id)
  redis.call('ZADD',R..':'..looks,heldUntil,id)
  known[2]=cjson.encode({code='deployment.held',data={because=cjson.decode(held).because[1].text}})
else
  redis.call('ZADD',lane(target),order,id)
  if holder then
    ahead=redis.call('ZRANK',lane(target),id)+1
    known[2]='{"code":"deployment.queued","data":{"ahead":'..ahead..'}}'
  end
end
redis.call('HSET',dep(id),'number',number,'target',target,'request',request,'name',name,'state',state,'progress','','format',${RECORD_FORMAT},'mode',mode,
  'order',order,'scopes',places,'acceptedAt',int(t),'updatedAt',int(t),'attempts',0,'revision',1,'dispatch',1,'offers',0)
redis.call('HSET',R..':work:'..id,'input',input)
remember(scope,id,hash,ttl)
file(id,target,'')
redis.call('ZADD',R..':live',0,id)
redis.call('ZADD',R..':expiry',t+patience,id)
write(id,t,'['..table.concat(known,',')..']',#known)
changed(id,t,name)
local offers={}
if known[2] then ring(id,'state') else promote(target,t,visible,offers) end
return {'accepted',number,ahead,int(t),unpack(offers)}
`;
