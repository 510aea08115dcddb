using Mono.Cecil;

namespace Terra.Weaver.Reach;

/// <summary>How an assembly stands to the tensor framework.</summary>
internal enum AssemblyRole
{
    /// <summary>Knows nothing of tensors: calls into it reach an op only through what they call back.</summary>
    Foreign,

    /// <summary>Refers to the framework, so its methods may run ops.</summary>
    Client,

    /// <summary>The framework: Terra.Runtime, Terra.Torch, TorchSharp.</summary>
    Framework,
}

/// <summary>Sorts the assemblies a module refers to by their role.</summary>
internal sealed class FrameworkAssemblies(ModuleDefinition module, string runtimeAssembly, IAssemblyResolver resolver)
{
    private readonly Dictionary<string, AssemblyRole> _roles = new(StringComparer.Ordinal)
    {
        [runtimeAssembly] = AssemblyRole.Framework,
        [RuntimeNames.Assembly] = AssemblyRole.Framework,
        ["Terra.Torch"] = AssemblyRole.Framework,
        ["TorchSharp"] = AssemblyRole.Framework,
    };

    /// <summary>The role of the assembly in which a type is defined; the woven module itself is a client.</summary>
    public AssemblyRole RoleOf(TypeReference type) => type.Scope switch
    {
        AssemblyNameReference reference => RoleOf(reference),
        ModuleDefinition definition when definition != module && definition.Assembly is { } assembly => RoleOf(assembly.Name),
        _ => _roles.TryGetValue(module.Assembly.Name.Name, out AssemblyRole own) ? own : AssemblyRole.Client,
    };

    private AssemblyRole RoleOf(AssemblyNameReference reference)
    {
        if (_roles.TryGetValue(reference.Name, out AssemblyRole known))
        {
            return known;
        }

        if (PlatformAssemblies.Contains(reference.Name))
        {
            return AssemblyRole.Foreign;
        }

        _roles[reference.Name] = AssemblyRole.Foreign;
        AssemblyRole role = RefersToFramework(reference) ? AssemblyRole.Client : AssemblyRole.Foreign;
        _roles[reference.Name] = role;
        return role;
    }

    private bool RefersToFramework(AssemblyNameReference reference)
    {
        AssemblyDefinition? assembly;
        try
        {
            assembly = resolver.Resolve(reference);
        }
        catch (AssemblyResolutionException)
        {
            return false;
        }

        return assembly is not null && assembly.MainModule.AssemblyReferences.Any(r => RoleOf(r) != AssemblyRole.Foreign);
    }
}
