using Mono.Cecil;
using Mono.Cecil.Cil;
using Terra.Weaver.Capture;
using Terra.Weaver.Reach;

namespace Terra.Weaver.Program;

/// <summary>Program weaving of a module: every selected method that can reach an op, and every method marked as a step.</summary>
internal sealed class ProgramWeaver
{
    private readonly ModuleDefinition _module;
    private readonly WeavingOptions _options;
    private readonly DiagnosticBag _diagnostics;
    private readonly FrameworkAssemblies _assemblies;
    private readonly ProgramHookSet _hooks;

    public ProgramWeaver(ModuleDefinition module, RuntimeLibrary runtime, WeavingOptions options, IAssemblyResolver resolver, DiagnosticBag diagnostics)
    {
        _module = module;
        _options = options;
        _diagnostics = diagnostics;
        _assemblies = new FrameworkAssemblies(module, runtime.AssemblyName, resolver);
        _hooks = new ProgramHookSet(runtime);
        Sites = new SiteTable(module, _hooks);
    }

    public SiteTable Sites { get; }

    /// <summary>Weaves and returns the number of methods changed.</summary>
    public int Weave()
    {
        var reachability = new OpReachability(_module, _assemblies);
        Dictionary<MethodDefinition, HashSet<Instruction>> plan = [];
        Dictionary<MethodDefinition, bool> steps = [];
        CheckStepMethods();
        foreach (MethodDefinition method in ModuleTypes.Methods(_module).Where(IsCandidate))
        {
            steps[method] = IsStep(method);
            if (steps[method] || reachability.Reaches(method))
            {
                plan.Add(method, [.. method.Body.Instructions.Where(i => reachability.IsSite(method, i))]);
            }
        }

        foreach (KeyValuePair<MethodDefinition, HashSet<Instruction>> entry in plan)
        {
            Weave(entry.Key, entry.Value, steps[entry.Key]);
        }

        Sites.Write();
        return plan.Count;
    }

    private void Weave(MethodDefinition method, HashSet<Instruction> sites, bool isStep)
    {
        try
        {
            new MethodWeaver(method, _hooks, Sites, _diagnostics, sites.Contains).Weave(isStep);
        }
        catch (Exception e) when (e is not WeavingException)
        {
            SourcePlace place = SourcePlace.Of(method, null);
            throw new WeavingException(Diagnostics.MethodFailed(method.FullName, e.Message, place.File, place.Line), e);
        }
    }

    private bool IsCandidate(MethodDefinition method)
    {
        TypeDefinition outermost = method.DeclaringType;
        while (outermost.DeclaringType is not null)
        {
            outermost = outermost.DeclaringType;
        }

        return method.HasBody && method.Body.Instructions.Count > 0 && _options.Selects(outermost.Namespace) && OpCaptureWeaver.OpName(method) is null;
    }

    /// <summary>Marked as a step, or the MoveNext of an async method that is.</summary>
    private bool IsStep(MethodDefinition method)
    {
        if (StateMachine.Of(method) is { IsAsync: true })
        {
            return method.DeclaringType.DeclaringType is { } owner
                && owner.Methods.Any(m => IsMarked(m) && MachineOf(m) == method.DeclaringType);
        }

        return IsMarked(method) && MachineOf(method) is null;
    }

    private bool IsMarked(MethodDefinition method) =>
        (method.HasCustomAttributes && method.CustomAttributes.Any(a => a.AttributeType.FullName == RuntimeNames.StepAttribute))
        || (_options.StepMethods.Count > 0 && _options.StepMethods.Contains(NameOf(method)));

    /// <exception cref="WeavingException">An option names a method that the assembly does not have (TERRA0013).</exception>
    private void CheckStepMethods()
    {
        HashSet<string> names = [.. ModuleTypes.Methods(_module).Where(method => method.HasBody).Select(NameOf)];
        if (_options.StepMethods.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
        {
            throw new WeavingException(Diagnostics.UnknownOption(
                nameof(WeavingOptions.StepMethods), unknown, "the full name of a method of the assembly, as in Namespace.Type.Method"));
        }
    }

    /// <summary>A method's name as options give it; overloads share it.</summary>
    private static string NameOf(MethodDefinition method) => $"{method.DeclaringType.FullName.Replace('/', '.')}.{method.Name}";

    private static TypeDefinition? MachineOf(MethodDefinition method) =>
        method.CustomAttributes.FirstOrDefault(a => a.AttributeType.Name is "AsyncStateMachineAttribute" or "AsyncIteratorStateMachineAttribute" or "IteratorStateMachineAttribute") is { } mark
            ? (mark.ConstructorArguments[0].Value as TypeReference)?.Resolve()
            : null;
}
