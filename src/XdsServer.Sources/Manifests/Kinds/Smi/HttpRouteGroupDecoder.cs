using System.Collections.Immutable;
using XdsServer.Model;
using XdsServer.Model.Smi;

namespace XdsServer.Sources.Manifests.Kinds.Smi;

/// <summary>
/// SMI's <c>HTTPRouteGroup</c>, v1alpha1 to v1alpha4. A match with a mistake is left out whole: without the condition at fault it
/// would match more than was asked for.
/// </summary>
internal static class HttpRouteGroupDecoder
{
    /// <summary>Says how <c>pathRegex</c> is to be taken: <c>prefix</c> (as the specification says) or <c>full</c>.</summary>
    public const string PathRegexAnnotation = ManifestDecoder.OwnGroup + "/path-regex";

    /// <summary>The group; nothing when no match of it is usable.</summary>
    public static ImmutableArray<MeshObject> Decode(ManifestObject manifest)
    {
        if (SmiBody.Of(manifest) is not { } body)
        {
            return [];
        }

        var matches = ImmutableArray.CreateBuilder<NamedMatch>();
        var isWhole = IsWhole(manifest);
        foreach (var item in body.Objects("matches"))
        {
            if (Match(item, isWhole) is { } match && IsNew(match, matches, item))
            {
                matches.Add(match);
            }
        }

        SmiBody.RefuseUnknown(body, manifest);
        if (matches.Count == 0)
        {
            body.RequirePresent("matches", "Write at least one: 'matches: [{name: all, pathRegex: \".*\"}]'.");
            return [];
        }

        return
        [
            new RouteGroup
            {
                Ref = manifest.Ref,
                Location = manifest.Location,
                Revision = manifest.StartHash().Add(isWhole ? "full" : "prefix").Add(body.Node.Find("matches")).ToString(),
                Key = manifest.Key,
                Matches = matches.ToImmutable(),
            },
        ];
    }

    private static bool IsWhole(ManifestObject manifest)
    {
        var value = manifest.Annotations.GetValueOrDefault(PathRegexAnnotation, "prefix");
        if (value is not ("prefix" or "full"))
        {
            manifest.Context.Error(Codes.UnknownValue, FieldPath.Root.Field("metadata").Field("annotations"), manifest.Root.At, $"'{value}' is no value of {PathRegexAnnotation}.", "Write prefix or full.");
        }

        return value == "full";
    }

    private static NamedMatch? Match(FieldReader item, bool isWhole)
    {
        var name = item.RequiredText("name", "Give the match a name.");
        var path = item.Text("pathRegex");
        var methods = Methods(item);
        var headers = HeaderMatches.Read(item);
        item.RefuseUnknown();
        var isPathUsable = path is null ? item.Node.Find("pathRegex") is null : HeaderMatches.IsRegex(path.Value, item.Context);
        if (name is not { } called || !isPathUsable || methods is not { } any || headers is not { } all)
        {
            return null;
        }

        var match = new RouteMatch { Path = path is { } expression ? PathExpressions.Translate(expression.Value, isWhole) : null, Headers = all };
        return new NamedMatch(called.Value, any.IsEmpty ? [match] : [.. any.Select(m => match with { Method = m })]);
    }

    /// <remarks>Empty: any. Null: some were written and cannot be used.</remarks>
    private static ImmutableArray<string>? Methods(FieldReader item)
    {
        var methods = ImmutableArray.CreateBuilder<string>();
        var isUsable = item.Node.Find("methods") is null or Nodes.ListNode;
        foreach (var method in item.Texts("methods"))
        {
            if (method.Value == "*")
            {
                return [];
            }

            if (!method.Value.All(char.IsAsciiLetterUpper) || method.Value.Length == 0)
            {
                item.Context.Error(Codes.BadFormat, method.Path, method.At, $"'{method.Value}' is not an HTTP method.", "Write methods in capital letters, or '*' for all.");
                isUsable = false;
            }
            else if (!methods.Contains(method.Value))
            {
                methods.Add(method.Value);
            }
        }

        return isUsable ? methods.ToImmutable() : null;
    }

    private static bool IsNew(NamedMatch match, ImmutableArray<NamedMatch>.Builder matches, FieldReader item)
    {
        if (matches.All(other => other.Name != match.Name))
        {
            return true;
        }

        item.Context.Error(Codes.Repeated, item.Path, item.At, $"The name '{match.Name}' is there twice.", "Give every match its own name.");
        return false;
    }
}
