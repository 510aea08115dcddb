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
    private readonly StepMethods _steps;
    private readonly DiagnosticBag _diagnostics;
    private readonly FrameworkAssemblies _assemblies;
    private readonly ProgramHookSet _hooks;

    public ProgramWeaver(ModuleDefinition module, RuntimeLibrary runtime, WeavingOptions options, StepMethods steps, IAssemblyResolver resolver, DiagnosticBag diagnostics)
    {
        _module = module;
        _options = options;
        _steps = steps;
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
        foreach (MethodDefinition method in ModuleTypes.Methods(_module).Where(IsCandidate))
        {
            if (_steps.Contains(method) || reachability.Reaches(method))
            {
                plan.Add(method, [.. method.Body.Instructions.Where(i => reachability.IsSite(method, i))]);
            }
        }

        foreach (KeyValuePair<MethodDefinition, HashSet<Instruction>> entry in plan)
        {
            Weave(entry.Key, entry.Value, _steps.Contains(entry.Key));
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

    private bool IsCandidate(MethodDefinition method) =>
        method.HasBody && method.Body.Instructions.Count > 0
        && _options.Selects(ModuleTypes.NamespaceOf(method.DeclaringType)) && OpCaptureWeaver.OpName(method) is null;
}
