/** Let everything with data-element="<id>" show that element when it is clicked, or chosen by keyboard. */
export function linkElements(root, select) {
  for (const link of root.querySelectorAll('[data-element]')) {
    if (!link.matches('a[href], button')) {
      link.setAttribute('role', 'button');
      link.tabIndex = 0;
      link.addEventListener('keydown', event => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        link.click();
      });
    }
    link.title ||= 'Show in the diagram';
    link.addEventListener('click', event => {
      event.preventDefault();
      select(link.dataset.element);
      document.getElementById('diagram').scrollIntoView({ block: 'nearest' });
    });
  }
}
