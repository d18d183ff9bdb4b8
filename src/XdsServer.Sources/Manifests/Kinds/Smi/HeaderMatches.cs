using System.Buffers;
using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Sources.Manifests.Nodes;

namespace XdsServer.Sources.Manifests.Kinds.Smi;

/// <summary>
/// The <c>headers</c> of a match: expressions over whole values, all of which must hold. The specification's text writes one object,
/// its schema a list of objects with one field each; both are taken.
/// </summary>
internal static class HeaderMatches
{
    private static readonly SearchValues<char> Special = SearchValues.Create(@"\.+*?()|[]{}^$");

    /// <summary>The conditions; null after a diagnostic.</summary>
    public static ImmutableArray<ValueMatch>? Read(FieldReader item)
    {
        var at = item.Path.Field("headers");
        var matches = ImmutableArray.CreateBuilder<ValueMatch>();
        var isUsable = item.Raw("headers") switch
        {
            null => true,
            ObjectNode map => ReadFields(map, at, item, matches),
            ListNode => item.Items("headers").ToList().TrueForAll(entry => ReadEntry(entry, item, matches)),
            var other => Refuse(item, at, other.At, $"Here stands {other.Description}, but headers are needed."),
        };
        return isUsable ? matches.ToImmutable() : null;
    }

    /// <summary>True when proxies take the expression; reports what they would refuse.</summary>
    public static bool IsRegex(Placed<string> expression, DecodeContext context)
    {
        if (Re2.Problem(expression.Value) is not { } problem)
        {
            return true;
        }

        context.Error(Codes.BadRegex, expression.Path, expression.At, $"Proxies would refuse the regular expression, because {problem}; the match is left out.", "Write it in RE2 syntax, without look-around and back references, and shorter if it is too large.");
        return false;
    }

    private static bool ReadEntry(Placed<ManifestNode> entry, FieldReader item, ImmutableArray<ValueMatch>.Builder matches) => entry.Value is ObjectNode { Fields.Count: 1 } map
        ? ReadFields(map, entry.Path, item, matches)
        : Refuse(item, entry.Path, entry.At, "Every item of this list holds exactly one header.");

    private static bool ReadFields(ObjectNode map, FieldPath at, FieldReader item, ImmutableArray<ValueMatch>.Builder matches)
    {
        foreach (var field in map.Fields)
        {
            if (item.AsText(field.Value, at.Field(field.Name)) is not { } value || !IsName(field, at, item.Context) || !IsRegex(value, item.Context))
            {
                return false;
            }

            // In HTTP/2 and in Envoy the host is a pseudo header.
            var name = field.Name.ToLowerInvariant() is var lower && lower == "host" ? ":authority" : lower;
            matches.Add(new ValueMatch(name, value.Value, IsRegex: value.Value.AsSpan().ContainsAny(Special)));
        }

        return true;
    }

    private static bool IsName(NodeField field, FieldPath at, DecodeContext context)
    {
        if (field.Name.Length > 0 && field.Name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)))
        {
            return true;
        }

        context.Error(Codes.BadFormat, at.Field(field.Name), field.At, $"'{field.Name}' is not the name of a header.", "Use letters, digits and hyphens.");
        return false;
    }

    private static bool Refuse(FieldReader item, FieldPath at, Mark mark, string message)
    {
        item.Context.Error(Codes.WrongType, at, mark, message, "Write headers as '{user-agent: \".*Firefox.*\"}' or '[{user-agent: \".*Firefox.*\"}]'.");
        return false;
    }
}
