namespace TorchSharp.Utils;

/// <summary>Gives a module's field another name in the state_dict than its own.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public class ComponentNameAttribute : Attribute
{
    public string? Name { get; set; }
}
