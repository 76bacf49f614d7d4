prefix=$ROOT/$VERSION
echo "finished_with=$(cat "$MARKERS/$VERSION" 2>/dev/null || true)"
[ -d "$prefix" ] && [ ! -L "$prefix" ] && echo present=yes
[ -e "$MARKERS/$VERSION.terms" ] && echo terms=yes
for package in "$prefix"/lib/python3*/site-packages/ipykernel; do
    [ -d "$package" ] && echo kernel=yes
done
true
