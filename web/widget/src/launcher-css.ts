// The style of the base and of the button alone, small enough for the loader.

export const launcherCss = `
:host{all:initial;position:fixed;z-index:2147483000;width:0;height:0}
:host::before,:host::after{display:none!important}
.base{all:initial;display:block;direction:ltr;font:400 15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
@media print{.base{display:none}}
.launcher{position:absolute;width:56px;height:56px;border:0;border-radius:50%;padding:0;cursor:pointer;
background:var(--sb-brand,#277c93);color:var(--sb-ink,#fff);box-shadow:0 4px 16px rgb(10 30 40/.28);transition:transform .15s,box-shadow .15s}
:host([data-position$=right]) .launcher,:host([data-position$=right]) .not-loaded{right:0}
:host([data-position$=left]) .launcher,:host([data-position$=left]) .not-loaded{left:0}
:host([data-position^=bottom]) .launcher{bottom:0}
:host([data-position^=top]) .launcher{top:0}
.launcher:hover{transform:translateY(-2px);box-shadow:0 8px 22px rgb(10 30 40/.32)}
.launcher:focus-visible{outline:3px solid var(--sb-ink,#fff);outline-offset:-6px;box-shadow:0 0 0 3px var(--sb-brand,#277c93)}
.launcher svg{width:28px;height:28px;display:block;margin:auto;fill:none;stroke:currentColor;stroke-width:1.9;stroke-linejoin:round;stroke-linecap:round}
.launcher[aria-busy=true] svg{animation:sb-wait 1s ease-in-out infinite alternate}
.not-loaded{position:absolute;width:max-content;max-width:min(240px,calc(100vw - 40px));box-sizing:border-box;padding:10px 14px;border-radius:12px;
background:#14232b;color:#fff;font-size:14px;box-shadow:0 4px 16px rgb(10 30 40/.28)}
:host([data-position^=bottom]) .not-loaded{bottom:68px}
:host([data-position^=top]) .not-loaded{top:68px}
.not-loaded button{margin-inline-start:8px;padding:0;border:0;background:none;color:inherit;font:inherit;text-decoration:underline;cursor:pointer}
.not-loaded button:focus-visible{outline:2px solid #fff;outline-offset:2px}
@keyframes sb-wait{to{opacity:.35}}
@media (prefers-reduced-motion:reduce){.launcher,.launcher svg{transition:none;animation:none!important}}
`;
