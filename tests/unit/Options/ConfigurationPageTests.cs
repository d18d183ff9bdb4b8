using System.Text.RegularExpressions;
using XdsServer.Options;

namespace XdsServer.Tests.Unit.Options;

/// <summary>docs/configuration.md against the options classes: every key stands there, and nothing else does.</summary>
public sealed partial class ConfigurationPageTests
{
    [Fact]
    public void The_page_lists_exactly_the_keys_that_exist()
    {
        var page = Row().Matches(File.ReadAllText(Repository.PathOf("docs", "configuration.md"))).Select(m => m.Groups["key"].Value);

        page.Should().BeEquivalentTo(KeysOf(typeof(XdsServerOptions), XdsServerOptions.Section));
    }

    private static IEnumerable<string> KeysOf(Type type, string path)
    {
        foreach (var (_, property) in UnknownKeys.PropertiesOf(type))
        {
            var key = $"{path}:{property.Name}";
            var inner = UnknownKeys.ItemOf(property.PropertyType) ?? property.PropertyType;
            var isList = inner != property.PropertyType;
            if (UnknownKeys.PropertiesOf(inner).Count == 0)
            {
                yield return isList ? key + ":N" : key;
                continue;
            }

            foreach (var found in KeysOf(Nullable.GetUnderlyingType(inner) ?? inner, isList ? key + ":N" : key))
            {
                yield return found;
            }
        }
    }

    [GeneratedRegex(@"^\| `(?<key>Xds:[\w:]+)`", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Row();
}
