using Mono.Cecil;
using Mono.Cecil.Cil;
using Terra.Weaver.Capture;

namespace Terra.Weaver.Reach;

/// <summary>
/// Which methods of the module, and so which call sites, can reach an op: the least fixpoint over the module's call graph, seeded by
/// the op methods and by calls into the framework. Errs to the safe side where a target is not known.
/// </summary>
internal sealed class OpReachability
{
    private readonly ModuleDefinition _module;
    private readonly FrameworkAssemblies _assemblies;
    private readonly FrameworkProfile _profile;
    private readonly VirtualSlots _slots;
    private readonly CarrierSet _carriers = new();
    private readonly HashSet<MethodDefinition> _reaching = [];
    private readonly HashSet<MethodDefinition> _reachingSlots = [];
    private readonly Dictionary<MethodReference, MethodDefinition?> _resolved = [];
    private bool _anyTargetReaches;

    public OpReachability(ModuleDefinition module, FrameworkAssemblies assemblies)
    {
        _module = module;
        _assemblies = assemblies;
        _profile = new FrameworkProfile(assemblies);
        _slots = new VirtualSlots(module);
        Solve();
    }

    /// <summary>True if running the method can run an op.</summary>
    public bool Reaches(MethodDefinition method) => _reaching.Contains(method);

    /// <summary>True if that instruction of the method is a call that gets an id.</summary>
    public bool IsSite(MethodDefinition caller, Instruction instruction) =>
        IsCall(instruction) && !StartsStateMachine(instruction, out _) && CanReach(caller, instruction);

    private static bool IsCall(Instruction instruction) => instruction.OpCode.Code is Code.Call or Code.Callvirt or Code.Newobj or Code.Calli;

    private void Solve()
    {
        List<MethodDefinition> open = [];
        foreach (MethodDefinition method in ModuleTypes.Methods(_module))
        {
            if (OpCaptureWeaver.OpName(method) is not null)
            {
                Mark(method);
            }
            else if (method.HasBody)
            {
                open.Add(method);
            }
        }

        bool changed = true;
        while (changed)
        {
            changed = open.RemoveAll(method =>
            {
                bool reaches = method.Body.Instructions.Any(i => IsCall(i) && CanReach(method, i));
                if (reaches)
                {
                    Mark(method);
                }

                return reaches;
            }) > 0;
            foreach (MethodDefinition method in ModuleTypes.Methods(_module).Where(m => m.HasBody))
            {
                changed |= CollectCarriers(method);
            }
        }
    }

    private void Mark(MethodDefinition method)
    {
        _reaching.Add(method);
        foreach (MethodDefinition slot in _slots.Of(method))
        {
            _reachingSlots.Add(slot);
            if (slot.DeclaringType.Module != _module && slot.DeclaringType.IsInterface)
            {
                foreach (TypeReference implemented in method.DeclaringType.Interfaces.Select(i => i.InterfaceType))
                {
                    if (implemented.GetElementType().FullName == slot.DeclaringType.FullName || (slot.Name == "MoveNext" && IsLazy(implemented.GetElementType())))
                    {
                        _carriers.Add(implemented);
                    }
                }
            }
        }
    }

    /// <summary>Delegates this method makes of methods that reach ops, and lazy sequences it makes with them.</summary>
    private bool CollectCarriers(MethodDefinition method)
    {
        bool changed = false;
        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (instruction.OpCode.Code is Code.Ldftn or Code.Ldvirtftn && instruction.Operand is MethodReference target && TargetReaches(target))
            {
                changed |= !_anyTargetReaches;
                _anyTargetReaches = true;
                if (instruction.Next is { OpCode.Code: Code.Newobj, Operand: MethodReference constructor })
                {
                    changed |= _carriers.Add(constructor.DeclaringType);
                }
            }
            else if (IsCall(instruction) && instruction.Operand is MethodReference call && Resolve(call) is { } callee
                && _assemblies.RoleOf(callee.DeclaringType) == AssemblyRole.Foreign && callee.ReturnType.GetElementType() is { } result
                && IsLazy(result) && TakesCarrier(call, callee))
            {
                changed |= _carriers.Add(GenericSubstitution.Apply(callee.ReturnType, call));
            }
        }

        return changed;
    }

    private static bool IsLazy(TypeReference type) =>
        type.Name is "IEnumerable`1" or "IEnumerator`1" or "IAsyncEnumerable`1" or "IQueryable`1" or "IOrderedEnumerable`1" or "IGrouping`2" or "ILookup`2" or "ParallelQuery`1" or "Lazy`1";

    private bool TargetReaches(MethodReference target) =>
        Resolve(target) is { } definition
        && (_reaching.Contains(definition) || _reachingSlots.Contains(definition)
            || (definition.Module != _module && ExternalCanReach(definition)));

    private bool CanReach(MethodDefinition caller, Instruction instruction)
    {
        if (instruction.Operand is CallSite pointer)
        {
            return _anyTargetReaches || _profile.IsTensorLike(pointer.ReturnType) || pointer.Parameters.Any(p => _profile.IsTensorLike(p.ParameterType));
        }

        var call = (MethodReference)instruction.Operand;
        if (call.DeclaringType is ArrayType)
        {
            return false;
        }

        if (StartsStateMachine(instruction, out MethodDefinition? moveNext))
        {
            return _reaching.Contains(moveNext!);
        }

        MethodDefinition? callee = Resolve(call);
        if (callee is null)
        {
            return _assemblies.RoleOf(call.DeclaringType) != AssemblyRole.Foreign;
        }

        if (FrameworkProfile.IsDelegate(callee.DeclaringType))
        {
            return callee.Name == "Invoke" && (_carriers.CanBe(call.DeclaringType) || SignatureMentionsTensors(call, callee));
        }

        if (callee.Module == _module)
        {
            return _reaching.Contains(callee)
                || ((instruction.OpCode.Code == Code.Callvirt || callee.IsStatic) && callee.IsVirtual
                    && (_reachingSlots.Contains(callee) || (callee.IsAbstract && SignatureMentionsTensors(call, callee))));
        }

        return ExternalCanReach(callee) || CallsBack(caller, instruction, call, callee);
    }

    private bool ExternalCanReach(MethodDefinition callee) => _assemblies.RoleOf(callee.DeclaringType) switch
    {
        AssemblyRole.Framework => _profile.CanReachOp(callee),
        AssemblyRole.Client => !(callee.IsGetter || callee.IsSetter) || callee.Parameters.Any(p => _profile.IsTensorLike(p.ParameterType))
            || _profile.IsTensorLike(callee.ReturnType),
        _ => false,
    };

    /// <summary>Code that knows nothing of tensors, but is handed something that runs ops when it is used.</summary>
    private bool CallsBack(MethodDefinition caller, Instruction instruction, MethodReference call, MethodDefinition callee)
    {
        if (callee.DeclaringType.FullName == "System.Collections.IEnumerator" && Receiver(caller, instruction) is { } enumerator && IsLazy(enumerator.GetElementType()))
        {
            return callee.Name == "MoveNext" && IsCarrier(enumerator);
        }

        return (_reachingSlots.Contains(callee) && (call.DeclaringType is not GenericInstanceType || IsCarrier(call.DeclaringType)))
            || TakesCarrier(call, callee);
    }

    /// <summary>The static type of what a call without arguments is made on, where the instruction before tells.</summary>
    private static TypeReference? Receiver(MethodDefinition caller, Instruction instruction) => instruction.Previous switch
    {
        { Operand: VariableReference local } => local.VariableType,
        { Operand: FieldReference field } => field.FieldType,
        { Operand: ParameterReference parameter } => parameter.ParameterType,
        { OpCode.Code: >= Code.Ldloc_0 and <= Code.Ldloc_3 } load => caller.Body.Variables[load.OpCode.Code - Code.Ldloc_0].VariableType,
        _ => null,
    };

    private bool TakesCarrier(MethodReference call, MethodDefinition callee) =>
        (callee.HasThis && IsCarrier(call.DeclaringType))
        || callee.Parameters.Any(p => IsCarrier(GenericSubstitution.Apply(p.ParameterType, call)));

    private bool IsCarrier(TypeReference type) =>
        _carriers.CanBe(type) || (IsLazy(type.GetElementType()) && _profile.IsTensorLike(type));

    private bool SignatureMentionsTensors(MethodReference call, MethodDefinition callee) =>
        _profile.IsTensorLike(GenericSubstitution.Apply(callee.ReturnType, call))
        || callee.Parameters.Any(p => _profile.IsTensorLike(GenericSubstitution.Apply(p.ParameterType, call)));

    /// <summary>A builder's call that runs a state machine of this module: an async method's start.</summary>
    private bool StartsStateMachine(Instruction instruction, out MethodDefinition? moveNext)
    {
        moveNext = null;
        if (instruction.Operand is GenericInstanceMethod { Name: "Start" or "MoveNext" } call)
        {
            moveNext = call.GenericArguments
                .Select(argument => argument.GetElementType() is { } type && type.Scope == _module ? type.Resolve() : null)
                .Where(type => type is not null && type.Interfaces.Any(i => i.InterfaceType.Name == "IAsyncStateMachine"))
                .SelectMany(type => type!.Methods)
                .FirstOrDefault(m => m.Name == "MoveNext");
        }

        return moveNext is not null;
    }

    private MethodDefinition? Resolve(MethodReference reference)
    {
        if (!_resolved.TryGetValue(reference, out MethodDefinition? definition))
        {
            try
            {
                definition = reference.Resolve();
            }
            catch (AssemblyResolutionException)
            {
                definition = null;
            }

            _resolved.Add(reference, definition);
        }

        return definition;
    }
}
