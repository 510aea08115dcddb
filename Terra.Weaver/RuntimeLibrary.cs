using Mono.Cecil;

namespace Terra.Weaver;

/// <summary>
/// The runtime as the module being woven sees it: finds the module that defines the hooks (the woven module itself, for
/// Terra.Runtime, or one it refers to) and imports types and methods of it by name.
/// </summary>
internal sealed class RuntimeLibrary
{
    private readonly ModuleDefinition _target;
    private readonly ModuleDefinition _definition;

    private RuntimeLibrary(ModuleDefinition target, ModuleDefinition definition)
    {
        _target = target;
        _definition = definition;
    }

    /// <summary>Name of the assembly that defines the hooks.</summary>
    public string AssemblyName => _definition.Assembly.Name.Name;

    /// <summary>Looks in the module, then breadth first through what it refers to.</summary>
    /// <exception cref="WeavingException">It is not there (TERRA0006), or the reference that leads to it cannot be found (TERRA0004).</exception>
    public static RuntimeLibrary Find(ModuleDefinition module, IAssemblyResolver resolver)
    {
        if (Defines(module))
        {
            return new RuntimeLibrary(module, module);
        }

        string file = module.FileName ?? module.Name;
        AssemblyNameReference? unresolved = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var queue = new Queue<AssemblyNameReference>(module.AssemblyReferences.OrderByDescending(r => r.Name == RuntimeNames.Assembly));
        while (queue.Count > 0)
        {
            AssemblyNameReference reference = queue.Dequeue();
            if (PlatformAssemblies.Contains(reference.Name) || !seen.Add(reference.Name))
            {
                continue;
            }

            AssemblyDefinition? assembly = TryResolve(resolver, reference);
            if (assembly is null)
            {
                unresolved ??= IsTerra(reference.Name) ? reference : null;
                continue;
            }

            if (Defines(assembly.MainModule))
            {
                return new RuntimeLibrary(module, assembly.MainModule);
            }

            foreach (AssemblyNameReference next in assembly.MainModule.AssemblyReferences)
            {
                queue.Enqueue(next);
            }
        }

        throw new WeavingException(unresolved is null ? Diagnostics.NoRuntime(file) : Diagnostics.MissingDependency(file, unresolved.FullName));
    }

    public TypeDefinition Definition(string fullName) =>
        _definition.GetType(fullName) ?? throw new WeavingException(Diagnostics.HookMissing(fullName));

    public TypeReference Type(string fullName) => _target.ImportReference(Definition(fullName));

    /// <summary>The method of that type with these parameter types (full names).</summary>
    public MethodReference Method(string type, string name, params string[] parameterTypes) =>
        TryMethod(type, name, parameterTypes)
        ?? throw new WeavingException(Diagnostics.HookMissing($"{type}.{name}({string.Join(", ", parameterTypes)})"));

    public MethodReference? TryMethod(string type, string name, params string[] parameterTypes)
    {
        MethodDefinition? method = Definition(type).Methods.FirstOrDefault(m =>
            m.Name == name && m.Parameters.Select(p => p.ParameterType.FullName).SequenceEqual(parameterTypes));
        return method is null ? null : _target.ImportReference(method);
    }

    private static bool IsTerra(string name) => name.StartsWith("Terra.", StringComparison.Ordinal) || name == "TorchSharp";

    private static bool Defines(ModuleDefinition module) => module.GetType(RuntimeNames.ProgramHooks) is not null;

    private static AssemblyDefinition? TryResolve(IAssemblyResolver resolver, AssemblyNameReference reference)
    {
        try
        {
            return resolver.Resolve(reference);
        }
        catch (AssemblyResolutionException)
        {
            return null;
        }
    }
}
