#!/bin/sh
# Makes the four committed fonts from Debian's fonts-inter and fonts-jetbrains-mono with
# fonttools' pyftsubset. Run from this folder; the README says which versions were used.
set -eu
U="U+0020-007E,U+00A0-00AC,U+00AE-017F,U+0180-024F,U+0370-03FF,U+0400-04FF,U+1E00-1EFF,\
U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2032,U+2033,U+2039,U+203A,U+2044,\
U+20AC,U+20BA,U+20BD,U+2116,U+2122,U+2190-2193,U+2212,U+2248,U+2260,U+2264,U+2265"
INTER=/usr/share/fonts/opentype/inter
JETBRAINS=/usr/share/fonts/truetype/jetbrains-mono
for font in "$INTER/Inter-Regular.otf" "$INTER/Inter-SemiBold.otf" \
            "$JETBRAINS/JetBrainsMono-Regular.ttf" "$JETBRAINS/JetBrainsMono-Bold.ttf"; do
    pyftsubset "$font" --unicodes="$U" --layout-features='' --no-hinting --desubroutinize \
        --notdef-outline --name-IDs='0,1,2,3,4,5,6,13,14' --drop-tables+=GPOS,GSUB,GDEF,DSIG,STAT \
        --output-file="$(basename "$font")"
done
