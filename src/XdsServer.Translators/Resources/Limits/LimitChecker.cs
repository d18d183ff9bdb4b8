using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Translators.Resources.Limits;

/// <summary>
/// Checks a message, with all that is inside it, against the limits of the API: what Envoy would refuse is found before Envoy sees
/// it. A violation makes Envoy refuse every resource of the same response, not only the one at fault.
/// </summary>
public sealed class LimitChecker
{
    private readonly ImmutableArray<LimitViolation>.Builder _found = ImmutableArray.CreateBuilder<LimitViolation>();

    private LimitChecker()
    {
    }

    /// <summary>All violations, in the order of the fields; empty when Envoy takes the message.</summary>
    public static ImmutableArray<LimitViolation> Check(IMessage message)
    {
        var checker = new LimitChecker();
        checker.CheckMessage(message, "");
        return checker._found.ToImmutable();
    }

    private void CheckMessage(IMessage message, string path)
    {
        if (message is Any any)
        {
            if (MessageTypes.Unpack(any) is { } inner)
            {
                CheckMessage(inner, path);
            }

            return;
        }

        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            CheckField(message, field, path.Length == 0 ? field.Name : $"{path}.{field.Name}");
        }

        foreach (var oneof in message.Descriptor.Oneofs.Where(o => !o.IsSynthetic && ApiLimits.IsRequired(o.FullName) && o.Accessor.GetCaseFieldDescriptor(message) is null))
        {
            Add(path, $"one of {string.Join(", ", oneof.Fields.Select(f => f.Name))} must be set");
        }
    }

    private void CheckField(IMessage message, FieldDescriptor field, string path)
    {
        var rule = ApiLimits.Of(field.FullName);
        var value = field.Accessor.GetValue(message);
        if (field.IsMap)
        {
            CheckMap(field, (IDictionary)value, rule?["map"], path);
        }
        else if (field.IsRepeated)
        {
            CheckRepeated((IList)value, rule?["repeated"], path);
        }
        else if (field.HasPresence && !field.Accessor.HasValue(message))
        {
            CheckAbsent(field, rule, path);
        }
        else
        {
            CheckValue(value, rule, path);
        }
    }

    // A member of a oneof may always be absent: another one may be set.
    private void CheckAbsent(FieldDescriptor field, LimitRule? rule, string path)
    {
        if (field.RealContainingOneof is null && rule is not null && rule.Members.Any(m => m.Key is "message" or "duration" or "any" or "timestamp" && m.Value.Has("required")))
        {
            Add(path, "must be set");
        }
    }

    private void CheckValue(object value, LimitRule? rule, string path)
    {
        if (rule is not null && LimitValues.Problem(value, rule) is { } problem)
        {
            Add(path, problem);
        }

        if (value is IMessage nested && rule?["message"]?.Has("skip") != true)
        {
            CheckMessage(nested, path);
        }
    }

    private void CheckRepeated(IList values, LimitRule? rule, string path)
    {
        if (rule is not null && !(values.Count == 0 && rule.Has("ignore_empty")))
        {
            CheckCount(values.Count, rule.Number("min_items"), rule.Number("max_items"), "items", path);
            if (rule.Has("unique") && values.Cast<object>().Distinct().Count() != values.Count)
            {
                Add(path, "must not hold anything twice");
            }
        }

        for (var i = 0; i < values.Count; i++)
        {
            CheckValue(values[i]!, rule?["items"], $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]");
        }
    }

    private void CheckMap(FieldDescriptor field, IDictionary map, LimitRule? rule, string path)
    {
        if (rule is not null)
        {
            CheckCount(map.Count, rule.Number("min_pairs"), rule.Number("max_pairs"), "entries", path);
        }

        if (rule is null && field.MessageType.FindFieldByNumber(2).FieldType != FieldType.Message)
        {
            return;
        }

        foreach (DictionaryEntry entry in map)
        {
            CheckValue(entry.Key, rule?["keys"], $"{path}[{entry.Key}]");
            CheckValue(entry.Value!, rule?["values"], $"{path}[{entry.Key}]");
        }
    }

    private void CheckCount(int count, decimal? least, decimal? most, string what, string path)
    {
        if (count < least)
        {
            Add(path, string.Create(CultureInfo.InvariantCulture, $"must have at least {least} {what}"));
        }
        else if (count > most)
        {
            Add(path, string.Create(CultureInfo.InvariantCulture, $"must have at most {most} {what}"));
        }
    }

    private void Add(string path, string problem) => _found.Add(new LimitViolation(path, problem));
}
