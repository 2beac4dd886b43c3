/** Where the picture stands in the window: dragging, wheels, pinching, and going to a place. Knows no networks. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Viewport {
  readonly fit: (width: number, height: number) => void;
  readonly zoom: (factor: number, at?: { readonly x: number; readonly y: number }) => void;
  readonly pan: (dx: number, dy: number) => void;
  /** Brings a place into sight, and moves nothing if it is there. */
  readonly reveal: (box: Box) => void;
  readonly center: (x: number, y: number) => void;
  /** The part of the picture that is in sight. */
  readonly visible: () => Box;
  readonly scale: () => number;
}

const least = 0.03;
const most = 4;
/** The sharp picture is drawn anew when this long nothing has moved. */
const settleMs = 160;

export function createViewport(canvas: HTMLElement, paper: HTMLElement, moved: () => void): Viewport {
  let [x, y, scale] = [0, 0, 1];
  let frame: number | undefined;
  let settled: ReturnType<typeof setTimeout> | undefined;

  const draw = () => {
    frame = undefined;
    paper.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    moved();
  };
  const change = () => {
    paper.classList.add("moving");
    clearTimeout(settled);
    settled = setTimeout(() => paper.classList.remove("moving"), settleMs);
    if (frame === undefined) frame = requestAnimationFrame(draw);
  };
  const visible = (): Box => ({
    x: -x / scale,
    y: -y / scale,
    width: canvas.clientWidth / scale,
    height: canvas.clientHeight / scale,
  });
  const pan = (dx: number, dy: number) => {
    x += dx;
    y += dy;
    change();
  };
  const zoom: Viewport["zoom"] = (factor, at = { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 }) => {
    const next = Math.min(Math.max(scale * factor, least), most);
    x = at.x - ((at.x - x) * next) / scale;
    y = at.y - ((at.y - y) * next) / scale;
    scale = next;
    change();
  };

  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const { left, top } = canvas.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey)
        zoom(Math.exp(-event.deltaY * (event.deltaMode === 0 ? 0.004 : 0.1)), {
          x: event.clientX - left,
          y: event.clientY - top,
        });
      else if (event.shiftKey) pan(-event.deltaY, -event.deltaX);
      else pan(-event.deltaX, -event.deltaY);
    },
    { passive: false },
  );

  const fingers = new Map<number, { readonly x: number; readonly y: number }>();
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button > 1) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const { left, top } = canvas.getBoundingClientRect();
      const apart = (p: { readonly x: number; readonly y: number }) =>
        Math.hypot(p.x - other.x, p.y - other.y);
      zoom(apart(now) / (apart(before) || 1), { x: other.x - left, y: other.y - top });
    } else {
      if (!canvas.classList.contains("dragging") && Math.hypot(now.x - before.x, now.y - before.y) < 3)
        return;
      canvas.classList.add("dragging");
      canvas.setPointerCapture(event.pointerId);
      pan(now.x - before.x, now.y - before.y);
    }
    fingers.set(event.pointerId, now);
  });
  for (const name of ["pointerup", "pointercancel"] as const)
    canvas.addEventListener(name, ({ pointerId }) => {
      fingers.delete(pointerId);
      // The click that ends a drag is none.
      setTimeout(() => canvas.classList.remove("dragging"));
    });

  return {
    fit(width, height) {
      const across = canvas.clientWidth / width;
      // Tall networks are read from the top: no smaller than what can be read.
      scale = Math.min(1, across, Math.max(canvas.clientHeight / height, 0.8));
      x = (canvas.clientWidth - width * scale) / 2;
      y = Math.max((canvas.clientHeight - height * scale) / 2, 0);
      change();
    },
    zoom,
    pan,
    reveal(box) {
      const sight = visible();
      const inside =
        box.x >= sight.x &&
        box.y >= sight.y &&
        box.x + box.width <= sight.x + sight.width &&
        box.y + Math.min(box.height, sight.height) <= sight.y + sight.height;
      if (inside) return;
      x = canvas.clientWidth / 2 - (box.x + box.width / 2) * scale;
      y = canvas.clientHeight / 2 - (box.y + Math.min(box.height, sight.height) / 2) * scale;
      change();
    },
    center(atX, atY) {
      x = canvas.clientWidth / 2 - atX * scale;
      y = canvas.clientHeight / 2 - atY * scale;
      change();
    },
    visible,
    scale: () => scale,
  };
}
