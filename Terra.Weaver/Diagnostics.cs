namespace Terra.Weaver;

/// <summary>Every diagnostic of the weaver: one factory an id.</summary>
public static class Diagnostics
{
    public static TerraDiagnostic NotAnAssembly(string file, string reason) =>
        Error("TERRA0001", $"'{file}' is not a .NET assembly ({reason}). Name a managed .dll or .exe.", file);

    public static TerraDiagnostic NoSymbols(string file) =>
        new("TERRA0002", $"'{file}' has no symbols that can be read. It is woven all the same, but reports cannot name files and lines; build with portable or embedded PDB.", file, 0, DiagnosticSeverity.Warning);

    public static TerraDiagnostic AlreadyWoven(string file, string version, string options) =>
        new("TERRA0003", $"'{file}' was woven before (Terra {version}, {options}); it is left as it is. To weave it with other options, rebuild it first.", file, 0, DiagnosticSeverity.Info);

    public static TerraDiagnostic MissingDependency(string file, string dependency) =>
        Error("TERRA0004", $"'{file}' needs '{dependency}', which cannot be found. Put it beside the assembly or name its folder as a reference.", file);

    public static TerraDiagnostic CannotWrite(string file, string reason) =>
        Error("TERRA0005", $"'{file}' cannot be written ({reason}). Make it writable or choose another output.", file);

    public static TerraDiagnostic NoRuntime(string file) =>
        Error("TERRA0006", $"'{file}' does not refer to Terra.Runtime, directly or through Terra.Torch, so there is nothing to weave. Reference Terra.Torch, or do not weave this assembly.", file);

    public static TerraDiagnostic StrongNamed(string file) =>
        Error("TERRA0007", $"'{file}' has a strong name, which weaving would break, and its key is not known. Weave it in its build (Fody or the MSBuild target), before it is signed.", file);

    public static TerraDiagnostic NativeCode(string file, string kind) =>
        Error("TERRA0008", $"'{file}' contains native code ({kind}), which does not follow a change of its IL. Weave the IL-only assembly, before it is precompiled.", file);

    public static TerraDiagnostic UnsupportedOpSignature(string method, string culprit, string? file, int line) =>
        new("TERRA0009", $"The op method {method} cannot be captured: {culprit}. Parameters must be types that OpInvocation.Add takes, and the result a TensorImpl or TensorImpl[].", file, line, DiagnosticSeverity.Error);

    public static TerraDiagnostic HookMissing(string hook) =>
        Error("TERRA0010", $"The runtime found has no '{hook}'. The weaver and Terra.Runtime are of different versions; use the same.", null);

    public static TerraDiagnostic MethodFailed(string method, string reason, string? file, int line) =>
        new("TERRA0011", $"{method} could not be woven ({reason}), so the whole assembly was left as it was. Exclude its namespace, and report this as a bug of Terra.", file, line, DiagnosticSeverity.Error);

    public static TerraDiagnostic LoopSkipped(string method, string reason, string? file, int line) =>
        new("TERRA0012", $"A loop of {method} is not tracked ({reason}). Its turns share one location; results do not change.", file, line, DiagnosticSeverity.Info);

    public static TerraDiagnostic UnknownOption(string name, string value, string expected, string? source) =>
        Error("TERRA0013", $"The option {name}=\"{value}\" is not understood; expected {expected}.", source);

    public static TerraDiagnostic NotAStep(string method, string reason, string? file, int line) =>
        new("TERRA0014", $"{method} is marked as a step, but cannot be one: it {reason}. Or take the mark off.", file, line, DiagnosticSeverity.Error);

    public static TerraDiagnostic StepLeftOut(string method, string reason, string? file, int line) =>
        new("TERRA0015", $"{method} is marked as a step, but is not woven: {reason}. Its calls are no iterations. Have it woven, or take the mark off.", file, line, DiagnosticSeverity.Warning);

    public static TerraDiagnostic UnknownNamespace(string name, string ns, string file) =>
        new("TERRA0017", $"'{file}' has no type in the namespace {ns}, so {name} names it without effect. Correct the name, or do not name it for this assembly.", file, 0, DiagnosticSeverity.Warning);

    private static TerraDiagnostic Error(string id, string message, string? file) =>
        new(id, message, file, 0, DiagnosticSeverity.Error);
}
