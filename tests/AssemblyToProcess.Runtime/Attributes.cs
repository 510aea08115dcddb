namespace Terra
{
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class StepAttribute : Attribute;

    [AttributeUsage(AttributeTargets.Assembly)]
    public sealed class TerraWovenAttribute(string version, string options) : Attribute
    {
        public string Version { get; } = version;

        public string Options { get; } = options;
    }
}

namespace Terra.Runtime.Ops
{
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class TensorOpAttribute(string name) : Attribute
    {
        public string Name { get; } = name;
    }
}

namespace Terra.Testing
{
    /// <summary>A static method without parameters that the tests run woven and unwoven; a task is waited for.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class ScenarioAttribute : Attribute;

    /// <summary>A method that cannot reach an op: weaving must not touch it.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class LeftAloneAttribute : Attribute;

    /// <summary>
    /// The stack of the machine does not show where the program is (the callee runs later, or through the framework's lambdas):
    /// only what the hooks say is compared, between runs.
    /// </summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class StackDiffersAttribute : Attribute;
}
