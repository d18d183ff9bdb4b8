using Google.Protobuf;

namespace XdsServer.Translators.Resources.Rendering;

/// <summary>
/// Resources as text for people: golden files, <c>translate</c>, admin pages. Protobuf JSON with the fields' original names, what is
/// inside an Any spelled out with its <c>@type</c>, the same bytes for the same content. Key material and passwords never show.
/// </summary>
public static class ResourceText
{
    /// <summary>One message as YAML.</summary>
    public static string Yaml(IMessage message, bool withType = false) => YamlText.FromJson(Json(message, withType));

    /// <summary>One message as indented JSON.</summary>
    public static string Json(IMessage message, bool withType = false) => MessageJson.Write(message, isIndented: true, withType);

    /// <summary>One resource as YAML.</summary>
    public static string Yaml(Resource resource, bool withType = false) => Yaml(MessageTypes.Decode(resource), withType);

    /// <summary>One resource as indented JSON.</summary>
    public static string Json(Resource resource, bool withType = false) => Json(MessageTypes.Decode(resource), withType);

    /// <summary>A YAML list of resources, in the order given; <c>[]</c> when there are none.</summary>
    public static string Yaml(IEnumerable<Resource> resources, bool withType = false) => YamlText.FromJson(Json(resources, withType));

    /// <summary>A JSON array of resources, in the order given.</summary>
    public static string Json(IEnumerable<Resource> resources, bool withType = false) =>
        MessageJson.Write(resources.Select(MessageTypes.Decode), isIndented: true, withType);
}
