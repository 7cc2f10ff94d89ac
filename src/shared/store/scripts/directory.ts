/**
 * Changes the directory in one step, if its conditions hold. ARGV: any number of operation, kind, name, value.
 * Operations: `absent`, `present` and `expect` (what is expected to be stored, as value) are conditions, `set` and `unset` are changes.
 * Answers done, or the first condition that failed with the fingerprint of what is stored or ''.
 */
export const CHANGE_DIRECTORY = `
local function things(kind) return R..':directory:'..kind end
for i=1,#ARGV,4 do
  local stored=redis.call('HGET',things(ARGV[i+1]),ARGV[i+2])
  if (ARGV[i]=='absent' and stored) or (ARGV[i]=='present' and not stored) or (ARGV[i]=='expect' and not matches(stored,ARGV[i+3])) then
    return {ARGV[i],stored and redis.sha1hex(stored) or ''}
  end
end
for i=1,#ARGV,4 do
  if ARGV[i]=='set' then redis.call('HSET',things(ARGV[i+1]),ARGV[i+2],ARGV[i+3])
  elseif ARGV[i]=='unset' then redis.call('HDEL',things(ARGV[i+1]),ARGV[i+2]) end
end
redis.call('HINCRBY',R..':directory','revision',1)
redis.call('PUBLISH',R..':access-changed','directory')
return {'done'}
`;

/**
 * The directory as of one moment. ARGV: kinds. Answers its revision, then who has a password, then for each kind a
 * flat list of names and values.
 */
export const READ_DIRECTORY = `
local all={redis.call('HGET',R..':directory','revision') or '0',redis.call('HKEYS',R..':directory:password')}
for i=1,#ARGV do all[#all+1]=redis.call('HGETALL',R..':directory:'..ARGV[i]) end
return all
`;

/**
 * Counts an attempt to sign in under a group of names and says how long it is locked. ARGV: group, attempts without a lock,
 * first lock in milliseconds, longest lock in milliseconds. Answers 0 when the attempt may be made.
 */
export const ATTEMPT = `
local key,free,first,longest=R..':sign-ins:'..ARGV[1],tonumber(ARGV[2]),tonumber(ARGV[3]),tonumber(ARGV[4])
local t=now()
local locked=tonumber(redis.call('HGET',key,'until') or '0')
if locked>t then return locked-t end
local count=redis.call('HINCRBY',key,'count',1)
if count>=free then redis.call('HSET',key,'until',int(t+math.min(longest,first*2^(count-free)))) end
redis.call('PEXPIRE',key,86400000)
return 0
`;
