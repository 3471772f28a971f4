// The style of the button alone, small enough for the loader.

export const launcherCss = `
:host{all:initial;position:fixed;z-index:2147483000;width:0;height:0}
:host([data-position=bottom-right]){right:20px;bottom:20px}
:host([data-position=bottom-left]){left:20px;bottom:20px}
:host([data-position=top-right]){right:20px;top:20px}
:host([data-position=top-left]){left:20px;top:20px}
@media print{:host{display:none}}
.launcher{position:absolute;width:56px;height:56px;border:0;border-radius:50%;padding:0;cursor:pointer;
background:var(--sb-brand-deep,var(--sb-brand,#2a829b));color:#fff;box-shadow:0 4px 16px rgb(10 30 40/.28);transition:transform .15s,box-shadow .15s}
:host([data-position$=right]) .launcher{right:0}
:host([data-position$=left]) .launcher{left:0}
:host([data-position^=bottom]) .launcher{bottom:0}
:host([data-position^=top]) .launcher{top:0}
.launcher:hover{transform:translateY(-2px);box-shadow:0 8px 22px rgb(10 30 40/.32)}
.launcher:focus-visible{outline:3px solid #fff;outline-offset:-6px;box-shadow:0 0 0 3px var(--sb-brand-deep,#2a829b)}
.launcher svg{width:28px;height:28px;display:block;margin:auto;fill:none;stroke:currentColor;stroke-width:1.9;stroke-linejoin:round;stroke-linecap:round}
.launcher[aria-busy=true] svg{animation:sb-wait 1s ease-in-out infinite alternate}
@keyframes sb-wait{to{opacity:.35}}
@media (prefers-reduced-motion:reduce){.launcher,.launcher svg{transition:none;animation:none!important}}
`;
