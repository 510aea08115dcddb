namespace Terra.Weaver;

/// <summary>The full names by which the weaver knows the runtime: all it knows of it.</summary>
internal static class RuntimeNames
{
    public const string Assembly = "Terra.Runtime";
    public const string WovenAttribute = "Terra.TerraWovenAttribute";
    public const string StepAttribute = "Terra.StepAttribute";
    public const string TensorOpAttribute = "Terra.Runtime.Ops.TensorOpAttribute";
    public const string OpInvocation = "Terra.Runtime.Ops.OpInvocation";
    public const string OpDef = "Terra.Runtime.Ops.OpDef";
    public const string TensorImpl = "Terra.Runtime.Core.TensorImpl";
    public const string OpCapture = "Terra.Runtime.Tracing.OpCapture";
    public const string ProgramHooks = "Terra.Runtime.Tracing.ProgramHooks";
    public const string Location = "Terra.Runtime.Tracing.Location";
    public const string LoopFrame = "Terra.Runtime.Tracing.LoopFrame";
    public const string AsyncFrame = "Terra.Runtime.Tracing.AsyncFrame";
    public const string AsyncEntry = "Terra.Runtime.Tracing.AsyncEntry";
}
