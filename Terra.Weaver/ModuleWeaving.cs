using Mono.Cecil;
using Terra.Weaver.Capture;

namespace Terra.Weaver;

/// <summary>One run of the engine over one module: the passes in their order, then the mark.</summary>
internal sealed class ModuleWeaving(WeavingRequest request, DiagnosticBag diagnostics)
{
    private readonly ModuleDefinition _module = request.Module;

    public WeavingResult Run()
    {
        string file = _module.FileName ?? _module.Name;
        if (AssemblyWeaver.FindMark(_module) is { } mark)
        {
            diagnostics.Add(Diagnostics.AlreadyWoven(file, (string)mark.ConstructorArguments[0].Value, (string)mark.ConstructorArguments[1].Value));
            return Result(WeavingOutcome.AlreadyWoven);
        }

        RuntimeLibrary runtime = RuntimeLibrary.Find(_module, request.Resolver ?? _module.AssemblyResolver);
        if (!_module.HasSymbols)
        {
            diagnostics.Add(Diagnostics.NoSymbols(file));
        }

        int ops = request.Options.OpCapture ? new OpCaptureWeaver(_module, runtime, diagnostics).Weave() : 0;
        if (diagnostics.HasErrors)
        {
            return Result(WeavingOutcome.Failed);
        }

        AddMark(runtime);
        return new WeavingResult { Outcome = WeavingOutcome.Woven, Ops = ops, Diagnostics = diagnostics.All };
    }

    private WeavingResult Result(WeavingOutcome outcome) => new() { Outcome = outcome, Diagnostics = diagnostics.All };

    private void AddMark(RuntimeLibrary runtime)
    {
        TypeReference text = _module.TypeSystem.String;
        var mark = new CustomAttribute(runtime.Method(RuntimeNames.WovenAttribute, ".ctor", text.FullName, text.FullName));
        mark.ConstructorArguments.Add(new CustomAttributeArgument(text, AssemblyWeaver.Version));
        mark.ConstructorArguments.Add(new CustomAttributeArgument(text, request.Options.ToString()));
        _module.Assembly.CustomAttributes.Add(mark);
    }
}
