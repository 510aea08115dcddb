using System.Xml.Linq;
using Terra.Weaver;

namespace Terra.Fody;

/// <summary>Reads the options from the attributes of <c>&lt;Terra/&gt;</c>; FodyWeavers.xsd describes them.</summary>
internal static class ConfigReader
{
    private const string ConfigFile = "FodyWeavers.xml";

    /// <exception cref="Terra.Weaver.WeavingException">An attribute or its value is not understood (TERRA0013).</exception>
    public static WeavingOptions Read(XElement config)
    {
        bool program = true, capture = true;
        string[] include = [], exclude = [], steps = [];
        foreach (XAttribute attribute in config.Attributes())
        {
            switch (attribute.Name.LocalName)
            {
                case "ProgramWeaving":
                    program = Bool(attribute);
                    break;
                case "OpCapture":
                    capture = Bool(attribute);
                    break;
                case "IncludeNamespaces":
                    include = List(attribute);
                    break;
                case "ExcludeNamespaces":
                    exclude = List(attribute);
                    break;
                case "StepMethods":
                    steps = List(attribute);
                    break;
                default:
                    throw new Weaver.WeavingException(Diagnostics.UnknownOption(
                        attribute.Name.LocalName, attribute.Value, "one of ProgramWeaving, OpCapture, IncludeNamespaces, ExcludeNamespaces, StepMethods", ConfigFile));
            }
        }

        return new WeavingOptions
        {
            ProgramWeaving = program,
            OpCapture = capture,
            IncludeNamespaces = include,
            ExcludeNamespaces = exclude,
            StepMethods = steps,
            Source = ConfigFile,
        };
    }

    /// <summary>What the schema's xs:boolean allows, in any case.</summary>
    private static bool Bool(XAttribute attribute) => attribute.Value.Trim() switch
    {
        "1" => true,
        "0" => false,
        { } text when bool.TryParse(text, out bool value) => value,
        _ => throw new Weaver.WeavingException(Diagnostics.UnknownOption(attribute.Name.LocalName, attribute.Value, "true or false", ConfigFile)),
    };

    private static string[] List(XAttribute attribute) => attribute.Value.Split([' ', '|', ',', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
