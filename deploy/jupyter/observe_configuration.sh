for directory in $DIRECTORIES; do
    for file in "$directory"/jupyter_*config.py "$directory"/jupyter_*config.json; do
        if [ -e "$file" ] && [ "$file" != "$OURS" ]; then echo "$file"; fi
    done
done
