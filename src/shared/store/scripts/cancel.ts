/**
 * Ends at once what no worker has started; otherwise leaves a durable wish for its owner and rings. What is proven and
 * only cleans up behind itself is left alone.
 * ARGV: id, wish, cancelled state, event data, visibility in ms. Answers gone, ended, proven, cancelling, or cancelled with offers.
 */
export const CANCEL = `
local id,wish,state,data,visible=ARGV[1],ARGV[2],ARGV[3],ARGV[4],tonumber(ARGV[5])
local t=now()
local found=redis.call('HMGET',dep(id),'target','name','cancel','state')
local target=found[1]
if not target then return {'gone'} end
if ENDED[found[2]] then return {'ended'} end
local said=cjson.decode(data)
if redis.call('ZREM',lane(target),id)==1 or unhold(id,target) then
  finish(id,target,t,'cancelled',state,said)
  return {'cancelled'}
end
local held=redis.call('HMGET',box(target),'holder','leaseUntil')
if held[1]==id and found[2]=='queued' and not held[2] then
  finish(id,target,t,'cancelled',state,said)
  local offers={}
  release(target,t,visible,offers)
  return {'cancelled',unpack(offers)}
end
if found[2]=='verifying' and cjson.decode(found[4]).stage=='settle' then return {'proven'} end
if not found[3] then
  redis.call('HSET',dep(id),'cancel',wish,'updatedAt',int(t))
  redis.call('HINCRBY',dep(id),'revision',1)
  event(id,t,'deployment.cancel-requested',said)
end
ring(id,'cancel')
return {'cancelling'}
`;
