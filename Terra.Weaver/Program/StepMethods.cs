using Mono.Cecil;
using Terra.Weaver.Capture;

namespace Terra.Weaver.Program;

/// <summary>Which methods of a module are steps, by attribute or by option, and what speaks against it.</summary>
internal sealed class StepMethods
{
    private const string Iterator = "IteratorStateMachineAttribute";
    private const string AsyncIterator = "AsyncIteratorStateMachineAttribute";
    private const string Async = "AsyncStateMachineAttribute";

    private readonly ModuleDefinition _module;
    private readonly WeavingOptions _options;
    private readonly List<MethodDefinition> _marked;
    private readonly HashSet<MethodDefinition> _bodies;

    public StepMethods(ModuleDefinition module, WeavingOptions options)
    {
        _module = module;
        _options = options;
        HashSet<string> names = [.. options.StepMethods];
        _marked = [.. ModuleTypes.Methods(module).Where(method => HasAttribute(method) || (method.HasBody && names.Contains(NameOf(method))))];
        _bodies = [.. _marked.Select(BodyOf)];
    }

    /// <summary>True for the method whose code is the step: a marked one, or the MoveNext of an async one that is.</summary>
    public bool Contains(MethodDefinition method) => _bodies.Contains(method);

    /// <summary>Reports marks that cannot be honoured (TERRA0014), and those that the options leave without effect (TERRA0015).</summary>
    /// <exception cref="WeavingException">An option names a method that the assembly does not have (TERRA0013).</exception>
    public void Check(DiagnosticBag diagnostics)
    {
        HashSet<string> found = [.. _marked.Select(NameOf)];
        if (_options.StepMethods.FirstOrDefault(name => !found.Contains(name)) is { } unknown)
        {
            throw new WeavingException(Diagnostics.UnknownOption(
                nameof(WeavingOptions.StepMethods), unknown, "the full name of a method of the assembly, as in Namespace.Type.Method", _options.Source));
        }

        foreach (MethodDefinition method in _marked)
        {
            SourcePlace place = SourcePlace.Of(BodyOf(method), null);
            string file = place.File ?? _module.FileName ?? _module.Name;
            if (Obstacle(method) is { } obstacle)
            {
                diagnostics.Add(Diagnostics.NotAStep(SourceName.Of(method), obstacle, file, place.Line));
            }
            else if (Omission(method) is { } omission)
            {
                diagnostics.Add(Diagnostics.StepLeftOut(SourceName.Of(method), omission, file, place.Line));
            }
        }
    }

    private static string? Obstacle(MethodDefinition method) =>
        !method.HasBody ? "has no body; mark the methods that implement it"
        : OpCaptureWeaver.OpName(method) is not null ? "is an op; mark a method that calls ops"
        : MachineMark(method)?.AttributeType.Name switch
        {
            Iterator => "is an iterator, which runs in pieces between which its consumer runs; mark a method that does the work of one turn",
            AsyncIterator => "is an async iterator, which runs in pieces between which its consumer runs; mark a method that does the work of one turn",
            _ => null,
        };

    private string? Omission(MethodDefinition method) =>
        !_options.ProgramWeaving ? "program weaving is off"
        : !_options.Selects(ModuleTypes.NamespaceOf(method.DeclaringType)) ? "its namespace is left out (IncludeNamespaces, ExcludeNamespaces)"
        : null;

    private static bool HasAttribute(MethodDefinition method) =>
        method.HasCustomAttributes && method.CustomAttributes.Any(a => a.AttributeType.FullName == RuntimeNames.StepAttribute);

    /// <summary>A method's name as options give it; overloads share it.</summary>
    private static string NameOf(MethodDefinition method) => $"{method.DeclaringType.FullName.Replace('/', '.')}.{method.Name}";

    private static CustomAttribute? MachineMark(MethodDefinition method) =>
        method.CustomAttributes.FirstOrDefault(a => a.AttributeType.Name is Iterator or AsyncIterator or Async);

    /// <summary>The method that has the code the programmer wrote.</summary>
    private static MethodDefinition BodyOf(MethodDefinition method) =>
        MachineMark(method) is { } mark
        && (mark.ConstructorArguments[0].Value as TypeReference)?.Resolve()?.Methods.FirstOrDefault(StateMachine.IsMoveNext) is { } moveNext
            ? moveNext
            : method;
}
