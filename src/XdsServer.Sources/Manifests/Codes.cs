namespace XdsServer.Sources.Manifests;

/// <summary>The diagnostic codes of this project; <c>docs/diagnostics.md</c> explains each.</summary>
internal static class Codes
{
    public const string Unreadable = "XDS1001";
    public const string TooLarge = "XDS1002";
    public const string NotUtf8 = "XDS1003";
    public const string Syntax = "XDS1004";
    public const string DuplicateKey = "XDS1005";
    public const string LimitExceeded = "XDS1006";
    public const string NothingLeft = "XDS1007";
    public const string Emptied = "XDS1008";
    public const string LinkLoop = "XDS1009";
    public const string LastGoodKept = "XDS1010";
    public const string NoNotifications = "XDS1011";
    public const string PathMissing = "XDS1012";

    public const string NotAnObject = "XDS1101";
    public const string NoKind = "XDS1102";
    public const string UnknownKind = "XDS1103";
    public const string ForeignKind = "XDS1104";
    public const string UnknownVersion = "XDS1105";
    public const string BadName = "XDS1106";
    public const string DuplicateObject = "XDS1107";

    public const string UnknownField = "XDS1201";
    public const string WrongType = "XDS1202";
    public const string Missing = "XDS1203";
    public const string OutOfRange = "XDS1204";
    public const string UnknownValue = "XDS1205";
    public const string BadFormat = "XDS1206";
    public const string Repeated = "XDS1207";
    public const string UnknownPort = "XDS1208";
    public const string NoEffect = "XDS1209";
    public const string Contradiction = "XDS1210";

    public const string ExternalName = "XDS1301";
    public const string AddressType = "XDS1302";
    public const string NoService = "XDS1303";
    public const string TransportProtocol = "XDS1304";

    public const string SecretType = "XDS1401";
    public const string BadCertificate = "XDS1402";
    public const string BadKey = "XDS1403";
    public const string KeyMismatch = "XDS1404";
    public const string Validity = "XDS1405";
    public const string PemFile = "XDS1406";
    public const string SplitWeight = "XDS1501";
    public const string WeightAsText = "XDS1502";
    public const string BackendTwice = "XDS1503";
    public const string NoWeight = "XDS1504";
    public const string BadRegex = "XDS1505";
    public const string NoSourceNamespace = "XDS1506";
}
