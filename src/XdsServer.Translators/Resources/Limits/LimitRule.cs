using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Translators.Resources.Limits;

/// <summary>
/// One rule of the API as a tree, read from its text form, for example <c>{string:{min_len:1 max_bytes:60}}</c>.
/// </summary>
/// <param name="Members">Names with a nested rule, or with a value.</param>
/// <param name="Value">The value of a leaf; empty for a node with members.</param>
public sealed record LimitRule(ImmutableArray<KeyValuePair<string, LimitRule>> Members, string Value = "")
{
    /// <summary>The first member of that name, or null.</summary>
    public LimitRule? this[string name]
    {
        get
        {
            foreach (var (key, member) in Members)
            {
                if (key == name)
                {
                    return member;
                }
            }

            return null;
        }
    }

    /// <summary>True when the member is there and says <c>true</c>.</summary>
    public bool Has(string name) => this[name]?.Value == "true";

    /// <summary>The member as a number; <c>{seconds:1 nanos:5}</c> counts as seconds.</summary>
    public decimal? Number(string name)
    {
        var member = this[name];
        return member switch
        {
            null => null,
            { Value.Length: > 0 } => decimal.Parse(member.Value, NumberStyles.Float, CultureInfo.InvariantCulture),
            _ => (member.Number("seconds") ?? 0) + ((member.Number("nanos") ?? 0) / 1_000_000_000m),
        };
    }

    /// <summary>All values of a member that may stand several times.</summary>
    public IEnumerable<string> Values(string name) => Members.Where(m => m.Key == name).Select(m => m.Value.Value);

    /// <summary>Reads a rule in braces.</summary>
    /// <exception cref="FormatException">The text is no rule: a mistake in our own table.</exception>
    public static LimitRule Parse(string text)
    {
        var position = 0;
        var rule = ParseNode(text, ref position);
        return position == text.Length ? rule : throw new FormatException($"'{text}' goes on after its rule.");
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder("{");
        foreach (var (name, member) in Members)
        {
            text.Append(text.Length == 1 ? "" : " ").Append(name).Append(':').Append(member.Value.Length > 0 ? Quote(member.Value) : member.ToString());
        }

        return text.Append('}').ToString();
    }

    private static string Quote(string value) =>
        value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '+') ? value : QuotedText.Of(value);

    private static LimitRule ParseNode(string text, ref int position)
    {
        var members = ImmutableArray.CreateBuilder<KeyValuePair<string, LimitRule>>();
        position++;
        while (text[position] != '}')
        {
            if (text[position] == ' ')
            {
                position++;
            }

            var colon = text.IndexOf(':', position);
            var name = text[position..colon];
            position = colon + 1;
            var member = text[position] == '{' ? ParseNode(text, ref position) : new LimitRule([], ParseValue(text, ref position));
            members.Add(KeyValuePair.Create(name, member));
        }

        position++;
        return new LimitRule(members.ToImmutable());
    }

    private static string ParseValue(string text, ref int position)
    {
        var start = position;
        if (text[position] != '"')
        {
            position = text.IndexOfAny([' ', '}'], position);
            return text[start..position];
        }

        do
        {
            position += text[position] == '\\' ? 2 : 1;
        }
        while (text[position] != '"');

        position++;
        using var quoted = JsonDocument.Parse(text.AsMemory(start, position - start));
        return quoted.RootElement.GetString()!;
    }
}
