using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Resources.Rendering;

namespace XdsServer.Translators.Resources.Limits;

/// <summary>Finds what the API marks as deprecated: Envoy warns about it now and refuses it in some later version.</summary>
public static class DeprecatedFields
{
    /// <summary>The paths of all deprecated fields and enum values that the message uses, however deep.</summary>
    public static ImmutableArray<string> Find(IMessage message)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        Visit(message, "", found);
        return found.ToImmutable();
    }

    private static void Visit(IMessage message, string path, ImmutableArray<string>.Builder found)
    {
        if (message is Any any)
        {
            if (MessageTypes.Unpack(any) is { } inner)
            {
                Visit(inner, path, found);
            }

            return;
        }

        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            var values = Values(message, field);
            var at = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            if (values.Count > 0 && field.GetOptions()?.Deprecated == true)
            {
                found.Add(at);
            }

            for (var i = 0; i < values.Count; i++)
            {
                VisitValue(field, values[i], field.IsRepeated ? $"{at}[{i.ToString(CultureInfo.InvariantCulture)}]" : at, found);
            }
        }
    }

    private static void VisitValue(FieldDescriptor field, object value, string path, ImmutableArray<string>.Builder found)
    {
        if (value is IMessage message)
        {
            Visit(message, path, found);
        }
        else if (value is System.Enum number && !field.IsMap && field.EnumType.FindValueByNumber(Convert.ToInt32(number, CultureInfo.InvariantCulture))?.GetOptions()?.Deprecated == true)
        {
            found.Add($"{path}: {number}");
        }
    }

    // What the message says; a proto3 default that is not on the wire says nothing.
    private static List<object> Values(IMessage message, FieldDescriptor field) => field.Accessor.GetValue(message) switch
    {
        IDictionary map => [.. map.Values.Cast<object>()],
        IList list => [.. list.Cast<object>()],
        { } value when MessageJson.IsSet(field, message) => [value],
        _ => [],
    };
}
