using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace XdsServer.Translators.Resources.Rendering;

/// <summary>
/// Writes messages as protobuf JSON with the fields' original names, in the order of their numbers, what is inside an
/// <see cref="Any"/> spelled out, and sensitive fields hidden. Equal messages give equal text.
/// </summary>
/// <remarks>
/// It differs from <see cref="JsonFormatter"/> in what a rendering for people needs: an <see cref="Any"/> of a type that is not
/// compiled in shows its bytes instead of failing, and secrets never come out.
/// </remarks>
internal sealed partial class MessageJson
{
    private readonly Utf8JsonWriter _json;

    private MessageJson(Utf8JsonWriter json) => _json = json;

    /// <summary>One message; with its <c>@type</c> first when <paramref name="withType"/>.</summary>
    public static string Write(IMessage message, bool isIndented, bool withType = false) =>
        Write(isIndented, writer => writer.Message(message, isHidden: false, withType ? TypeUrl(message) : null));

    /// <summary>An array of messages.</summary>
    public static string Write(IEnumerable<IMessage> messages, bool isIndented, bool withType = false) => Write(isIndented, writer =>
    {
        writer._json.WriteStartArray();
        foreach (var message in messages)
        {
            writer.Message(message, isHidden: false, withType ? TypeUrl(message) : null);
        }

        writer._json.WriteEndArray();
    });

    private static string Write(bool isIndented, Action<MessageJson> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = isIndented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            write(new MessageJson(json));
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string TypeUrl(IMessage message) => "type.googleapis.com/" + message.Descriptor.FullName;

    private void Message(IMessage message, bool isHidden, string? typeUrl = null)
    {
        switch (message)
        {
            case Any any:
                WriteAny(any, isHidden);
                break;
            case Struct fields:
                WriteStruct(fields, isHidden);
                break;
            case Value value:
                WriteValue(value, isHidden);
                break;
            case ListValue list:
                WriteList(list, isHidden);
                break;
            default:
                WriteKnown(message, isHidden, typeUrl);
                break;
        }
    }

    private void WriteKnown(IMessage message, bool isHidden, string? typeUrl)
    {
        if (message.Descriptor.File.Package == "google.protobuf" && message is not Empty)
        {
            WriteWellKnown(message, isHidden);
            return;
        }

        _json.WriteStartObject();
        if (typeUrl is not null)
        {
            _json.WriteString("@type", typeUrl);
        }

        WriteFields(message, isHidden);
        _json.WriteEndObject();
    }

    private void WriteFields(IMessage message, bool isHidden)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (!IsSet(field, message))
            {
                continue;
            }

            _json.WritePropertyName(field.Name);
            var value = field.Accessor.GetValue(message);
            var hide = isHidden || SensitiveFields.Contains(field);
            if (field.IsMap)
            {
                WriteMap(field, (IDictionary)value, hide);
            }
            else if (field.IsRepeated)
            {
                WriteRepeated(field, (IList)value, hide);
            }
            else
            {
                WriteSingle(field, value, hide);
            }
        }
    }

    /// <summary>True when the field is on the wire.</summary>
    public static bool IsSet(FieldDescriptor field, IMessage message)
    {
        var value = field.Accessor.GetValue(message);
        if (field.IsRepeated)
        {
            return value is ICollection { Count: > 0 };
        }

        if (field.HasPresence)
        {
            return field.Accessor.HasValue(message);
        }

        return value switch
        {
            string text => text.Length > 0,
            ByteString bytes => bytes.Length > 0,
            bool flag => flag,
            System.Enum number => Convert.ToInt32(number, CultureInfo.InvariantCulture) != 0,
            IConvertible number => number.ToDouble(CultureInfo.InvariantCulture) != 0,
            _ => true,
        };
    }

    private void WriteMap(FieldDescriptor field, IDictionary map, bool isHidden)
    {
        var valueField = field.MessageType.FindFieldByNumber(2);
        _json.WriteStartObject();
        foreach (DictionaryEntry entry in map)
        {
            var key = entry.Key is bool flag ? (flag ? "true" : "false") : Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!;
            _json.WritePropertyName(key);
            WriteSingle(valueField, entry.Value!, isHidden);
        }

        _json.WriteEndObject();
    }

    private void WriteRepeated(FieldDescriptor field, IList values, bool isHidden)
    {
        _json.WriteStartArray();
        foreach (var value in values)
        {
            WriteSingle(field, value!, isHidden);
        }

        _json.WriteEndArray();
    }

    private void WriteSingle(FieldDescriptor field, object value, bool isHidden)
    {
        switch (value)
        {
            case string or ByteString when isHidden:
                _json.WriteStringValue(SensitiveFields.Placeholder);
                break;
            case string text:
                _json.WriteStringValue(text);
                break;
            case ByteString bytes:
                _json.WriteBase64StringValue(bytes.Span);
                break;
            case IMessage message:
                Message(message, isHidden);
                break;
            case bool flag:
                _json.WriteBooleanValue(flag);
                break;
            case System.Enum number:
                WriteEnum(field, Convert.ToInt32(number, CultureInfo.InvariantCulture));
                break;
            default:
                WriteNumber(value);
                break;
        }
    }

    private void WriteEnum(FieldDescriptor field, int number)
    {
        if (field.EnumType.FindValueByNumber(number) is { } known)
        {
            _json.WriteStringValue(known.Name);
        }
        else
        {
            _json.WriteNumberValue(number);
        }
    }

    // 64-bit integers are strings in protobuf JSON, since JSON numbers lose digits.
    private void WriteNumber(object value)
    {
        switch (value)
        {
            case int number:
                _json.WriteNumberValue(number);
                break;
            case uint number:
                _json.WriteNumberValue(number);
                break;
            case long or ulong:
                _json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
            case float number when float.IsFinite(number):
                _json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                _json.WriteNumberValue(number);
                break;
            default:
                _json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
