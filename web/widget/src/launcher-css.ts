// The style of the base and of the button alone, small enough for the loader. No launcher and no panel as long as the
// page hides the chat (`hidden`) or the channel refuses the page (`refused`): what is important in here wins over
// whatever the page holds to be important.

export const launcherCss = `:host([hidden]),:host([refused]),:host::before,:host::after{display:none!important}
.base{all:initial;display:block;direction:ltr;font:15px/1.45 system-ui,sans-serif}
@media print{.base{display:none}}
.right>*{right:0}.left>*{left:0}.bottom>*{bottom:0}.top>*{top:0}
.launcher,.note{position:absolute}
.launcher,.note *{display:flex;align-items:center;gap:8px;min-height:56px;border:0;border-radius:28px;padding:14px;cursor:pointer;font:inherit;white-space:nowrap;background:var(--sb-brand,#277c93);color:var(--sb-ink,#fff);box-shadow:0 4px 16px #0a1e2850}
.launcher:hover{box-shadow:0 8px 16px #0a1e2850}
.launcher:focus-visible{outline:3px solid;outline-offset:-6px}
.launcher::before{content:"";box-sizing:border-box;width:28px;height:24px;border:2px solid;border-radius:12px 12px 12px 2px}
[aria-busy=true]::before{opacity:.4}
.note{margin:68px 0}`;
