namespace XdsServer.Model;

/// <summary>
/// What proxies would refuse in a regular expression. They use RE2, which has no look-around and no back references, and they
/// limit the size of the compiled program; one refused expression costs the whole route configuration. The check is stricter than
/// RE2 in doubt: rare constructs count as unsupported.
/// </summary>
public static class Re2
{
    // Our bootstrap allows 5,000 instructions; the estimate is rough, so it stays well below.
    private const int LargestProgram = 2_000;
    // RE2 matches bytes: any character is a small program over the forms of UTF-8.
    private const int AnyCharacter = 10;
    private const int MostRepetitions = 1_000;
    private const int DeepestNesting = 100;

    /// <summary>What is wrong with the expression, or null.</summary>
    public static string? Problem(string expression)
    {
        if (expression.Length == 0)
        {
            return "it is empty";
        }

        var parser = new Parser(expression);
        var size = parser.Alternatives(0);
        return parser.Failure
            ?? (parser.IsAtEnd ? null : "a ')' has no '('")
            ?? (size > LargestProgram ? $"it is too large (about {size} steps, at most {LargestProgram})" : null);
    }

    private sealed class Parser(string text)
    {
        private readonly string _text = text;
        private int _at;

        public string? Failure { get; private set; }

        public bool IsAtEnd => _at >= _text.Length;

        private char Current => _at < _text.Length ? _text[_at] : '\0';

        public long Alternatives(int depth)
        {
            if (depth > DeepestNesting)
            {
                return Fail("its groups nest too deep");
            }

            var size = Sequence(depth);
            while (Failure is null && !IsAtEnd && Current == '|')
            {
                _at++;
                size += 1 + Sequence(depth);
            }

            return size;
        }

        private long Sequence(int depth)
        {
            long size = 0;
            while (Failure is null && !IsAtEnd && Current is not ('|' or ')'))
            {
                size += Repeated(Atom(depth));
            }

            return size;
        }

        private long Atom(int depth)
        {
            var c = _text[_at++];
            return c switch
            {
                '(' => Group(depth),
                '[' => Class(),
                '\\' => Escape(),
                '*' or '+' or '?' => Fail($"'{c}' has nothing to repeat"),
                '.' => AnyCharacter,
                _ => char.IsAscii(c) ? 1 : 3,
            };
        }

        private long Group(int depth)
        {
            if (Current == '?' && !GroupKind())
            {
                return Fail("it uses look-around or another kind of group that RE2 does not have");
            }

            var size = Alternatives(depth + 1) + 2;
            if (Failure is null && Current != ')')
            {
                return Fail("a '(' has no ')'");
            }

            _at++;
            return size;
        }

        // (?:…), (?i:…), (?i), (?P<name>…); everything else that begins with a question mark is not in RE2 or not in all versions.
        private bool GroupKind()
        {
            _at++;
            if (_text.AsSpan(_at).StartsWith("P<", StringComparison.Ordinal))
            {
                var end = _text.IndexOf('>', _at);
                var isName = end > _at + 2 && _text.AsSpan(_at + 2, end - _at - 2).ToString().All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
                _at = end + 1;
                return isName;
            }

            while (Current is 'i' or 'm' or 's' or 'U' or '-')
            {
                _at++;
            }

            if (Current == ':')
            {
                _at++;
                return true;
            }

            return Current == ')';
        }

        private long Class()
        {
            var size = 1L;
            if (Current == '^')
            {
                _at++;
                size = AnyCharacter;
            }

            var isFirst = true;
            while (Failure is null && !IsAtEnd && (Current != ']' || isFirst))
            {
                isFirst = false;
                size += ClassItem();
            }

            if (Failure is null && IsAtEnd)
            {
                return Fail("a '[' has no ']'");
            }

            _at++;
            return size;
        }

        private long ClassItem()
        {
            var low = ClassCharacter();
            if (Current != '-' || _at + 1 >= _text.Length || _text[_at + 1] == ']')
            {
                return 1;
            }

            _at++;
            var high = ClassCharacter();
            return low <= high ? 1 : Fail("a range in brackets runs backwards");
        }

        private char ClassCharacter()
        {
            var c = _text[_at++];
            if (c != '\\')
            {
                return c;
            }

            var escaped = Current;
            Escape();
            return escaped;
        }

        private long Escape()
        {
            if (IsAtEnd)
            {
                return Fail("it ends in a '\\'");
            }

            var c = _text[_at++];
            return c switch
            {
                _ when !char.IsAsciiLetterOrDigit(c) => 1,
                'd' or 'D' or 's' or 'S' or 'w' or 'W' or 'b' or 'B' or 'A' or 'z' or 'n' or 'r' or 't' or 'f' or 'v' or 'a' => 1,
                'x' => Hexadecimal(),
                >= '0' and <= '9' => Fail("it uses a back reference"),
                _ => Fail($"RE2 does not know '\\{c}', or it is too large"),
            };
        }

        private long Hexadecimal()
        {
            if (_at + 2 > _text.Length || !char.IsAsciiHexDigit(_text[_at]) || !char.IsAsciiHexDigit(_text[_at + 1]))
            {
                return Fail("'\\x' wants two hexadecimal digits");
            }

            _at += 2;
            return 1;
        }

        private long Repeated(long size)
        {
            var isRepeated = false;
            while (Failure is null && !IsAtEnd)
            {
                var counts = Current == '{' ? Counts() : 1;
                if (counts == 0 || (Current is not ('*' or '+' or '?' or '{')))
                {
                    return size;
                }

                if (isRepeated)
                {
                    return Fail("something repeated is repeated again");
                }

                isRepeated = true;
                size = Current == '{' ? SkipCounts(size, counts) : SkipOperator(size);
                if (Current == '?')
                {
                    _at++;
                }
            }

            return size;
        }

        private long SkipOperator(long size)
        {
            _at++;
            return size + 1;
        }

        private long SkipCounts(long size, int most)
        {
            _at = _text.IndexOf('}', _at) + 1;
            return most > MostRepetitions ? Fail($"it repeats something more than {MostRepetitions} times") : size * Math.Max(1, most) + 1;
        }

        // The larger number of {n}, {n,} or {n,m}; 0 when the brace is an ordinary character.
        private int Counts()
        {
            var end = _text.IndexOf('}', _at);
            var parts = end < 0 ? [] : _text[(_at + 1)..end].Split(',');
            if (parts.Length is 0 or > 2 || parts[0].Length == 0 || !parts.All(p => p.Length < 6 && p.All(char.IsAsciiDigit)))
            {
                return 0;
            }

            return Math.Max(1, parts.Where(p => p.Length > 0).Max(p => int.Parse(p, System.Globalization.CultureInfo.InvariantCulture)));
        }

        private long Fail(string problem)
        {
            Failure ??= problem;
            _at = _text.Length;
            return 0;
        }
    }
}
