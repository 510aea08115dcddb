using Mono.Cecil;

namespace Terra.Weaver.Reach;

/// <summary>
/// Which members of the framework can run an op, told from their signatures: those that take or return tensors, modules and the
/// like, but for readers of metadata and bookkeeping. Also says which types count as tensor-like.
/// </summary>
internal sealed class FrameworkProfile(FrameworkAssemblies assemblies)
{
    /// <summary>Reference types of the framework that hold no tensor and run no op.</summary>
    private static readonly HashSet<string> s_inertTypes = new(StringComparer.Ordinal)
    {
        "Scalar", "Device", "Generator", "DisposeScope", "DisposeScopeManager", "TensorIndex", "Size", "Storage", "ScalarType", "DeviceType",
        "OpDef", "OpSchema", "OpInvocation", "CachingAllocator", "Layout", "Location", "StepAttribute", "TensorOpAttribute", "Statistics",
    };

    /// <summary>Members that read metadata, manage lifetimes or set modes.</summary>
    private static readonly HashSet<string> s_inertMembers = new(StringComparer.Ordinal)
    {
        "Dispose", "Finalize", "GetHashCode", "GetType", "MoveToOuterDisposeScope", "MoveToOtherDisposeScope", "DetachFromDisposeScope", "NewDisposeScope", "Include", "Detach",
        "size", "dim", "ndimension", "numel", "stride", "storage_offset", "element_size", "is_contiguous", "is_floating_point", "is_integral",
        "is_complex", "is_leaf", "requires_grad_", "GetName", "train", "eval", "parameters", "named_parameters", "buffers", "named_buffers",
        "modules", "named_modules", "children", "named_children", "register_module", "register_parameter", "register_buffer",
        "RegisterComponents", "get_parameter", "get_buffer", "has_parameter", "has_buffer", "no_grad", "enable_grad", "set_grad_enabled", "inference_mode",
        "add_module", "detach", "alias", "EnterCall", "ExitCall",
    };

    /// <summary>True if calling that framework method can run an op.</summary>
    public bool CanReachOp(MethodDefinition method)
    {
        TypeDefinition owner = method.DeclaringType;
        if (s_inertMembers.Contains(method.Name) || owner.IsEnum || IsInert(owner) || IsDelegate(owner))
        {
            return false;
        }

        if (method.IsGetter && method.Parameters.Count == 0)
        {
            return method.ReturnType.Name is "Tensor" or "TensorImpl";
        }

        if (method.IsSetter && method.Parameters.Count == 1)
        {
            return false;
        }

        return ((method.HasThis || method.IsConstructor) && IsTensorLike(owner))
            || IsTensorLike(method.ReturnType)
            || method.Parameters.Any(p => IsTensorLike(p.ParameterType));
    }

    /// <summary>True if the type is, or is made of, a reference type of the framework that can hold tensors.</summary>
    public bool IsTensorLike(TypeReference type)
    {
        switch (type)
        {
            case GenericParameter:
                return false;
            case GenericInstanceType instance:
                return IsTensorLikeItself(instance.ElementType) || instance.GenericArguments.Any(IsTensorLike);
            case TypeSpecification specification:
                return IsTensorLike(specification.ElementType);
            default:
                return IsTensorLikeItself(type);
        }
    }

    public static bool IsDelegate(TypeDefinition type) => type.BaseType?.FullName is "System.MulticastDelegate" or "System.Delegate";

    private static bool IsInert(TypeReference type) => s_inertTypes.Contains(type.Name);

    private bool IsTensorLikeItself(TypeReference type) =>
        !type.IsPrimitive && !IsInert(type) && assemblies.RoleOf(type) == AssemblyRole.Framework
        && (type.Resolve() is not { } definition || !(definition.IsValueType || IsDelegate(definition)));
}
