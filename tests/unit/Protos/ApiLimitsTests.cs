using Google.Protobuf.Reflection;
using XdsServer.Translators.Resources.Limits;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Tests.Unit.Protos;

/// <summary>The table of limits says what the API says, for every compiled field.</summary>
public sealed class ApiLimitsTests
{
    private static readonly string[] Understood =
    [
        "any", "bool", "bytes", "const", "defined_only", "double", "duration", "enum", "float", "gt", "gte", "ignore_empty", "in", "int32", "int64", "items", "keys", "lt", "lte", "map",
        "max_bytes", "max_items", "max_len", "message", "min_bytes", "min_items", "min_len", "min_pairs", "nanos", "not_in", "pattern", "prefix", "repeated", "required", "seconds",
        "skip", "strict", "string", "suffix", "uint32", "uint64", "unique", "values", "well_known_regex",
    ];

    [SkippableFact]
    public void The_table_equals_the_API()
    {
        var expected = Table(EnvoyApi.Messages);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllLines(TableFile(), ["# Limits that Envoy checks, by full name of field or oneof. Made from the API: UPDATE_GOLDEN=1 dotnet test --filter ApiLimits", .. expected]);
        }

        ApiLimits.Lines().Select(l => string.Join(' ', l)).Should().Equal(expected, "UPDATE_GOLDEN=1 and a rebuild bring the table up to date");
    }

    [SkippableFact]
    public void The_checker_understands_every_kind_of_rule_in_the_table()
    {
        ApiLimits.Lines().Where(l => l[1] != ApiLimits.RequiredOneof).SelectMany(l => Names(LimitRule.Parse(l[1])))
            .Distinct(StringComparer.Ordinal).Except(Understood, StringComparer.Ordinal).Should().BeEmpty();
    }

    [Fact]
    public void Rules_read_back_as_they_are_written()
    {
        foreach (var line in ApiLimits.Lines().Where(l => l[1] != ApiLimits.RequiredOneof))
        {
            LimitRule.Parse(line[1]).ToString().Should().Be(line[1]);
        }
    }

    [SkippableFact]
    public void Exactly_the_fields_that_the_API_calls_sensitive_are_hidden()
    {
        var sensitive = EnvoyApi.Messages.SelectMany(m => m.Value.Field.Where(ValidationRules.IsSensitive).Select(f => (Name: $"{m.Key}.{f.Name}", Field: f.Name, Message: m.Key))).ToList();

        var compiled = sensitive.Where(s => MessageTypes.Find(s.Message) is not null).Select(s => s.Name);
        var hidden = MessageTypes.All.SelectMany(m => m.Fields.InDeclarationOrder()).Where(SensitiveFields.Contains).Select(f => f.FullName);

        hidden.Should().BeEquivalentTo(compiled);
        sensitive.Where(s => !SensitiveFields.ContainsName(s.Field) && s.Field is not ("typed_config" or "config")).Should().BeEmpty();
    }

    private static IEnumerable<string> Names(LimitRule rule) => rule.Members.SelectMany(m => Names(m.Value).Prepend(m.Key));

    private static List<string> Table(Dictionary<string, DescriptorProto> api) =>
    [
        .. MessageTypes.All.Where(m => api.ContainsKey(m.FullName))
            .SelectMany(m => Lines(m.FullName, api[m.FullName]))
            .Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Lines(string name, DescriptorProto message)
    {
        var fields = message.Field.Select(f => (f.Name, Rule: ValidationRules.Of(f))).Where(f => f.Rule is not null).Select(f => $"{name}.{f.Name} {f.Rule}");
        var oneofs = message.OneofDecl.Where(ValidationRules.IsRequired).Select(o => $"{name}.{o.Name} {ApiLimits.RequiredOneof}");
        return fields.Concat(oneofs);
    }

    private static string TableFile([System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "../../../src/XdsServer.Translators/Resources/Limits/limits.txt");
}
