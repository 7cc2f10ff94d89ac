/**
 * Counts what is under way and what has ended. ARGV: none. Answers the milliseconds that the oldest queued one has
 * waited, how many holders no worker has claimed, then two flat lists of `environment state` and count: what is under
 * way, what has ended since the first deployment. At most 20 000 live deployments are looked at.
 */
export const CENSUS = `
local t=now()
local counts,oldest={},t
for _,id in ipairs(redis.call('ZREVRANGEBYLEX',R..':live','+','-','LIMIT',0,20000)) do
  local about=redis.call('HMGET',dep(id),'name','target','acceptedAt')
  if about[1] then
    local place=string.match(about[2],'^.-/(.*)$')..' '..about[1]
    counts[place]=(counts[place] or 0)+1
    if about[1]=='queued' then oldest=math.min(oldest,tonumber(about[3])) end
  end
end
local live={}
for place,count in pairs(counts) do live[#live+1]=place live[#live+1]=int(count) end
return {int(t-oldest),int(redis.call('ZCARD',R..':outbox')),live,redis.call('HGETALL',R..':ended')}
`;
