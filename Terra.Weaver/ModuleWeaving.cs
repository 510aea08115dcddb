using Mono.Cecil;
using Terra.Weaver.Capture;
using Terra.Weaver.Program;

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

        IAssemblyResolver resolver = request.Resolver ?? _module.AssemblyResolver;
        RuntimeLibrary runtime = RuntimeLibrary.Find(_module, resolver);
        if (!_module.HasSymbols)
        {
            diagnostics.Add(Diagnostics.NoSymbols(file));
        }

        var steps = new StepMethods(_module, request.Options);
        steps.Check(diagnostics);
        if (request.Options.ProgramWeaving)
        {
            CheckNamespaces(nameof(WeavingOptions.IncludeNamespaces), request.Options.IncludeNamespaces, file);
            CheckNamespaces(nameof(WeavingOptions.ExcludeNamespaces), request.Options.ExcludeNamespaces, file);
        }

        if (diagnostics.HasErrors)
        {
            return Result(WeavingOutcome.Failed);
        }

        ProgramWeaver? program = request.Options.ProgramWeaving ? new ProgramWeaver(_module, runtime, request.Options, steps, resolver, diagnostics) : null;
        int methods = program?.Weave() ?? 0;
        int ops = request.Options.OpCapture ? new OpCaptureWeaver(_module, runtime, diagnostics).Weave() : 0;
        if (diagnostics.HasErrors)
        {
            return Result(WeavingOutcome.Failed);
        }

        AddMark(runtime);
        return new WeavingResult
        {
            Outcome = WeavingOutcome.Woven,
            Ops = ops,
            Methods = methods,
            Sites = program?.Sites.Sites ?? [],
            Diagnostics = diagnostics.All,
        };
    }

    private WeavingResult Result(WeavingOutcome outcome) => new() { Outcome = outcome, Diagnostics = diagnostics.All };

    /// <summary>Reports namespaces that the assembly has no type of (TERRA0017).</summary>
    private void CheckNamespaces(string option, IReadOnlyList<string> named, string file)
    {
        foreach (string ns in named.Where(ns => !_module.Types.Any(type => WeavingOptions.IsWithin(type.Namespace, ns))))
        {
            diagnostics.Add(Diagnostics.UnknownNamespace(option, ns, file));
        }
    }

    private void AddMark(RuntimeLibrary runtime)
    {
        TypeReference text = _module.TypeSystem.String;
        var mark = new CustomAttribute(runtime.Method(RuntimeNames.WovenAttribute, ".ctor", text.FullName, text.FullName));
        mark.ConstructorArguments.Add(new CustomAttributeArgument(text, AssemblyWeaver.Version));
        mark.ConstructorArguments.Add(new CustomAttributeArgument(text, request.Options.ToString()));
        _module.Assembly.CustomAttributes.Add(mark);
    }
}
