namespace Terra;

/// <summary>On an assembly: it was woven, and by which version with which options. The weaver adds it; re-weaving is a no-op.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TerraWovenAttribute(string version, string options) : Attribute
{
    public string Version { get; } = version;

    public string Options { get; } = options;
}
