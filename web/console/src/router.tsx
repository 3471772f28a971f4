// Which address shows which page.

import { serverPath } from '@switchboard/shared/browser/server-path.ts';
import type { QueryClient } from '@tanstack/react-query';
import { Failure } from '@switchboard/shared/errors.ts';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { PARTS, type SettingsPart } from './admin/assistant/settings-parts.ts';
import { ChannelsPage } from './admin/channels.tsx';
import { MembersPage } from './admin/members.tsx';
import { TicketsPage } from './admin/tickets.tsx';
import { meQuery } from './app/live-context.tsx';
import { ConversationPage } from './inbox/conversation-page.tsx';
import { InboxPage } from './inbox/inbox-page.tsx';
import { NothingPicked } from './inbox/nothing-picked.tsx';
import { ForgotPage } from './pages/forgot.tsx';
import { FreshSignInDialog } from './pages/fresh-sign-in-dialog.tsx';
import { LinkPage } from './pages/link.tsx';
import { LoginPage } from './pages/login.tsx';
import { NotFound } from './pages/not-found.tsx';
import { PasswordPage } from './pages/password.tsx';
import { SetupPage } from './pages/setup.tsx';
import { Shell } from './pages/shell.tsx';
import { Loading } from './ui/states.tsx';
import { Toaster } from './ui/toaster.tsx';

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: () => (
    <>
      <Outlet />
      <FreshSignInDialog />
      <Toaster />
    </>
  ),
});

const login = createRoute({ getParentRoute: () => root, path: '/login', component: LoginPage });
const setup = createRoute({ getParentRoute: () => root, path: '/setup', component: SetupPage });
const password = createRoute({
  getParentRoute: () => root,
  path: '/password',
  component: PasswordPage,
});

const forgot = createRoute({ getParentRoute: () => root, path: '/forgot', component: ForgotPage });
const link = createRoute({ getParentRoute: () => root, path: '/link', component: LinkPage });

const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  component: lazyRouteComponent(() => import('./pages/register.tsx'), 'RegisterPage'),
});
const mustSetUp = createRoute({
  getParentRoute: () => root,
  path: '/two-step',
  component: lazyRouteComponent(() => import('./pages/must-set-up-page.tsx'), 'MustSetUpPage'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ context }) => {
    try {
      const me = await context.queries.ensureQueryData(meQuery);
      if (me.must_set_up_two_step) throw redirect({ to: '/two-step' });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      // Anything else, such as a hub that is restarting, is shown by the shell with a button.
      if (error.code === 'unauthenticated') throw redirect({ to: '/login' });
    }
  },
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/inbox' });
  },
});
const inbox = createRoute({ getParentRoute: () => shell, path: '/inbox', component: InboxPage });
const inboxIndex = createRoute({
  getParentRoute: () => inbox,
  path: '/',
  component: NothingPicked,
});
const conversation = createRoute({
  getParentRoute: () => inbox,
  path: '$id',
  component: ConversationPage,
  /** `at`: the `seq` of the entry to go to. */
  validateSearch: ({ at }: Record<string, unknown>): { at?: number } =>
    typeof at === 'number' && Number.isSafeInteger(at) && at > 0 ? { at } : {},
});
const tickets = createRoute({
  getParentRoute: () => shell,
  path: '/tickets',
  component: TicketsPage,
});
const canned = createRoute({
  getParentRoute: () => shell,
  path: '/canned-replies',
  component: lazyRouteComponent(() => import('./canned/canned-page.tsx'), 'CannedPage'),
});
const sessions = createRoute({
  getParentRoute: () => shell,
  path: '/sessions',
  component: lazyRouteComponent(() => import('./pages/sessions-page.tsx'), 'SessionsPage'),
});
const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  component: lazyRouteComponent(() => import('./pages/account-page.tsx'), 'AccountPage'),
});
const tokens = createRoute({
  getParentRoute: () => shell,
  path: '/tokens',
  component: lazyRouteComponent(() => import('./pages/tokens-page.tsx'), 'TokensPage'),
});
const notifications = createRoute({
  getParentRoute: () => shell,
  path: '/notifications',
  component: lazyRouteComponent(
    () => import('./notifications/choices-page.tsx'),
    'NotificationChoicesPage',
  ),
});
const members = createRoute({
  getParentRoute: () => shell,
  path: '/members',
  component: MembersPage,
});
const channels = createRoute({
  getParentRoute: () => shell,
  path: '/channels',
  component: ChannelsPage,
});

const install = createRoute({
  getParentRoute: () => shell,
  path: '/channels/$id/install',
  component: lazyRouteComponent(() => import('./admin/install/install-page.tsx'), 'InstallPage'),
});

const assistant = createRoute({
  getParentRoute: () => shell,
  path: '/assistant',
  component: lazyRouteComponent(
    () => import('./admin/assistant/assistant-page.tsx'),
    'AssistantPage',
  ),
  /** `part`: which of its tabs is shown. */
  validateSearch: ({ part }: Record<string, unknown>): { part?: SettingsPart } => {
    const known = PARTS.find((it) => it === part);
    return known ? { part: known } : {};
  },
});
const assistantLog = createRoute({
  getParentRoute: () => shell,
  path: '/assistant/log',
  component: lazyRouteComponent(() => import('./admin/assistant/log-page.tsx'), 'AssistantLogPage'),
});
const assistantTest = createRoute({
  getParentRoute: () => shell,
  path: '/assistant/test',
  component: lazyRouteComponent(
    () => import('./admin/assistant/test-page.tsx'),
    'AssistantTestPage',
  ),
});
const handoffWords = createRoute({
  getParentRoute: () => shell,
  path: '/assistant/handoff',
  component: lazyRouteComponent(() => import('./admin/assistant/handoff-page.tsx'), 'HandoffPage'),
});
const knowledge = createRoute({
  getParentRoute: () => shell,
  path: '/knowledge',
  component: lazyRouteComponent(
    () => import('./admin/knowledge/knowledge-page.tsx'),
    'KnowledgePage',
  ),
});
const providers = createRoute({
  getParentRoute: () => shell,
  path: '/providers',
  component: lazyRouteComponent(
    () => import('./admin/providers/providers-page.tsx'),
    'ProvidersPage',
  ),
});
const calls = createRoute({
  getParentRoute: () => shell,
  path: '/calls',
  component: lazyRouteComponent(() => import('./calls/calls-page.tsx'), 'CallsPage'),
});
const tools = createRoute({
  getParentRoute: () => shell,
  path: '/tools',
  component: lazyRouteComponent(() => import('./admin/connections/tools-page.tsx'), 'ToolsPage'),
});
const webhooks = createRoute({
  getParentRoute: () => shell,
  path: '/webhooks',
  component: lazyRouteComponent(
    () => import('./admin/connections/webhooks-page.tsx'),
    'WebhooksPage',
  ),
});
const submissions = createRoute({
  getParentRoute: () => shell,
  path: '/submissions',
  component: lazyRouteComponent(
    () => import('./admin/connections/submissions-page.tsx'),
    'SubmissionsPage',
  ),
});
const usage = createRoute({
  getParentRoute: () => shell,
  path: '/usage',
  component: lazyRouteComponent(() => import('./admin/usage/usage-page.tsx'), 'UsagePage'),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  component: lazyRouteComponent(() => import('./admin/protection/audit-page.tsx'), 'AuditPage'),
});

const security = createRoute({
  getParentRoute: () => shell,
  path: '/security',
  component: lazyRouteComponent(
    () => import('./admin/protection/security-page.tsx'),
    'SecurityPage',
  ),
});

const platform = createRoute({
  getParentRoute: () => shell,
  path: '/platform',
  component: lazyRouteComponent(() => import('./platform/orgs-page.tsx'), 'OrgsPage'),
});

const server = createRoute({
  getParentRoute: () => shell,
  path: '/platform/server',
  component: lazyRouteComponent(() => import('./platform/server-page.tsx'), 'ServerPage'),
});

/** Every other address, so that the way on is still there. */
const nowhere = createRoute({ getParentRoute: () => shell, path: '$', component: NotFound });

const tree = root.addChildren([
  login,
  setup,
  password,
  forgot,
  link,
  register,
  mustSetUp,
  shell.addChildren([
    home,
    inbox.addChildren([inboxIndex, conversation]),
    calls,
    tickets,
    canned,
    sessions,
    account,
    tokens,
    notifications,
    members,
    channels,
    install,
    assistant,
    assistantLog,
    assistantTest,
    handoffWords,
    knowledge,
    providers,
    tools,
    webhooks,
    submissions,
    usage,
    audit,
    security,
    platform,
    server,
    nowhere,
  ]),
]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: `${serverPath}/console`,
    context: { queries },
    defaultPendingComponent: Loading,
    defaultNotFoundComponent: NotFound,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
