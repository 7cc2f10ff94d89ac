import type { Channel } from '../../../shared/contract/subscription.js';
import type { Tell } from './channel.js';
import { tellByEmail, tellByTeams } from './people.js';
import { tellBySlack } from './slack.js';
import { tellBitbucket, tellGitHub, tellGitLab } from './source-hosts.js';
import { tellByWebhook } from './webhook.js';

/** How a channel tells. */
export function tellerOf(channel: Channel): Tell {
  switch (channel.type) {
    case 'webhook':
      return tellByWebhook(channel);
    case 'slack':
      return tellBySlack(channel);
    case 'teams':
      return tellByTeams(channel);
    case 'email':
      return tellByEmail(channel);
    case 'github':
      return tellGitHub(channel);
    case 'bitbucket':
      return tellBitbucket(channel);
    case 'gitlab':
      return tellGitLab(channel);
  }
}
