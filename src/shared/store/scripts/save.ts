import { TAKE_SNAPSHOT } from './snapshot.js';

/**
 * The owner stores what it found out. Every call of one lease carries the next batch number: a call that is sent
 * again after a lost reply is recognised and changes nothing, also when the first one ended the deployment.
 *
 * ARGV: id, target, epoch, owner, batch, name, state, progress, baseline or '', entries, count, '1' when it got further, visibility in ms.
 * Answers ok with the time and, after an end, offers.
 */
export const SAVE = `${TAKE_SNAPSHOT}
local id,target,epoch,owner,batch,name,state,progress=ARGV[1],ARGV[2],ARGV[3],ARGV[4],ARGV[5],ARGV[6],ARGV[7],ARGV[8]
local baseline,entries,count,further,visible=ARGV[9],ARGV[10],tonumber(ARGV[11]),ARGV[12],tonumber(ARGV[13])
local t=now()
local last=redis.call('HMGET',dep(id),'epoch','batch')
if last[1]==epoch and tonumber(last[2])>=tonumber(batch) then return {'ok',int(t)} end
if not owns(target,id,epoch,owner) then return {'fenced'} end
-- What cannot be read must stop the script here: Redis takes back nothing that it has written.
local ended=ENDED[name] and cjson.decode(state)
local request=ended and cjson.decode(redis.call('HGET',dep(id),'request'))
redis.call('HSET',dep(id),'batch',batch)
if baseline~='' then redis.call('HSET',R..':work:'..id,'baseline',baseline) end
if count>0 then write(id,t,entries,count) end
redis.call('HSET',dep(id),'progress',progress)
if further=='1' then redis.call('HSET',dep(id),'attempts',1) end
if not ended then
  if redis.call('HGET',dep(id),'name')~=name then changed(id,t,name) end
  redis.call('HSET',dep(id),'name',name,'state',state,'updatedAt',int(t))
  redis.call('HINCRBY',dep(id),'revision',1)
  ring(id,'state')
  return {'ok',int(t)}
end
if name=='succeeded' then redis.call('HDEL',box(target),'failed','failedId')
-- Who was told to stop says nothing about the version.
elseif (name=='rolled_back' or name=='rollback_failed') and ended.cause.code~='deployment.cancelled' then
  redis.call('HSET',box(target),'failed',request.version,'failedId',id)
end
finish(id,target,t,name,state)
if name=='succeeded' or name=='rolled_back' or name=='rollback_failed' or ended.wrote then takeSnapshot(id,target,t,name,request) end
local offers={}
release(target,t,visible,offers)
return {'ok',int(t),unpack(offers)}
`;

/** The owner adds lines. ARGV: id, target, epoch, owner, batch, entries, count, most lines. Lines beyond the limit are dropped with one mark. */
export const APPEND = `
local id,target,epoch,owner,batch,entries,count,most=ARGV[1],ARGV[2],ARGV[3],ARGV[4],ARGV[5],ARGV[6],tonumber(ARGV[7]),tonumber(ARGV[8])
local t=now()
local last=redis.call('HMGET',dep(id),'epoch','batch','lines','truncated')
if last[1]==epoch and tonumber(last[2])>=tonumber(batch) then return {'ok'} end
if not owns(target,id,epoch,owner) then return {'fenced'} end
redis.call('HSET',dep(id),'batch',batch)
if tonumber(last[3] or '0')+count<=most then
  write(id,t,entries,count)
elseif not last[4] then
  redis.call('HSET',dep(id),'truncated',1)
  event(id,t,'log.truncated',{limit=most})
end
ring(id,'lines')
return {'ok'}
`;
