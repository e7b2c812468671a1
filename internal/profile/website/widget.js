(()=>{
const s=document.currentScript,r=s&&s.closest(".PREFIX")||document.querySelector(".PREFIX"),d=r&&r.querySelector("details"),g=document.createElement("dialog");
if(!d||!g.showModal)return;
const b=document.createElement("button");
b.type="button";
b.textContent=d.firstElementChild.textContent;
b.setAttribute("aria-haspopup","dialog");
g.setAttribute("aria-labelledby","PREFIX-h");
g.setAttribute("aria-describedby","PREFIX-p");
g.append(d.lastElementChild);
d.replaceWith(b,g);
const c=g.querySelector("button");
c.hidden=false;
c.onclick=()=>g.close();
b.onclick=()=>g.showModal();
g.onclose=()=>b.focus();
})();
