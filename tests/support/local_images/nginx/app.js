document.getElementById("app").textContent = `The page ${location.pathname}`;
