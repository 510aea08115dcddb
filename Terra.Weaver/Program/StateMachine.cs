using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Terra.Weaver.Program;

/// <summary>What MoveNext belongs to.</summary>
internal enum StateMachineKind
{
    Iterator,
    Async,
    AsyncIterator,
}

/// <summary>A state machine made by the C# or Visual Basic compiler, as its MoveNext shows it.</summary>
internal sealed class StateMachine(StateMachineKind kind, TypeDefinition type, FieldReference state)
{
    public StateMachineKind Kind { get; } = kind;

    /// <summary>The field that says where MoveNext goes on.</summary>
    public FieldReference State { get; } = state;

    public bool IsAsync => Kind != StateMachineKind.Iterator;

    /// <summary>The state in which MoveNext runs first.</summary>
    public int Initial => Kind switch
    {
        StateMachineKind.Iterator => 0,
        StateMachineKind.Async => -1,
        _ => -3,
    };

    /// <summary>The state machine whose MoveNext that is, or null.</summary>
    public static StateMachine? Of(MethodDefinition method)
    {
        if (!IsMoveNext(method))
        {
            return null;
        }

        TypeDefinition type = method.DeclaringType;
        FieldDefinition? state = type.Fields.FirstOrDefault(f => f.Name is "<>1__state" or "$State" && f.FieldType.MetadataType == MetadataType.Int32);
        if (state is null)
        {
            return null;
        }

        bool isAsync = Implements(type, "IAsyncStateMachine");
        StateMachineKind kind = !isAsync ? StateMachineKind.Iterator
            : type.Interfaces.Any(i => i.InterfaceType.GetElementType().Name == "IAsyncEnumerator`1") ? StateMachineKind.AsyncIterator
            : StateMachineKind.Async;
        return new StateMachine(kind, type, OnSelf(type, state));
    }

    /// <summary>True for MoveNext of a type that runs as a state machine, known or not.</summary>
    public static bool IsMoveNext(MethodDefinition method) =>
        (method.Name == "MoveNext" || method.Overrides.Any(o => o.Name == "MoveNext"))
        && (Implements(method.DeclaringType, "IAsyncStateMachine")
            || (Implements(method.DeclaringType, "IEnumerator") && method.DeclaringType.Name.StartsWith("<", StringComparison.Ordinal))
            || (Implements(method.DeclaringType, "IEnumerator") && method.DeclaringType.Name.StartsWith("VB$", StringComparison.Ordinal)));

    /// <summary>True for the call by which an async method's result or exception gets to whoever awaits it; its own code is over then.</summary>
    public bool Completes(Instruction instruction) =>
        instruction.Operand is MethodReference { Name: "SetResult" or "SetException" } method
        && type.Fields.Any(f => f.Name is "<>t__builder" or "<>v__promiseOfValueOrEnd" or "$Builder" && f.FieldType.GetElementType().FullName == method.DeclaringType.GetElementType().FullName);

    /// <summary>Adds a field that lives as long as the state machine.</summary>
    public FieldReference AddField(string name, TypeReference fieldType)
    {
        var field = new FieldDefinition($"<terra>{name}", FieldAttributes.Private, fieldType);
        type.Fields.Add(field);
        if (type.IsValueType)
        {
            ZeroTheOriginal();
        }

        return OnSelf(type, field);
    }

    private static bool Implements(TypeDefinition type, string name) => type.Interfaces.Any(i => i.InterfaceType.Name == name);

    private static FieldReference OnSelf(TypeDefinition type, FieldDefinition field)
    {
        if (!type.HasGenericParameters)
        {
            return field;
        }

        var self = new GenericInstanceType(type);
        foreach (GenericParameter parameter in type.GenericParameters)
        {
            self.GenericArguments.Add(parameter);
        }

        return new FieldReference(field.Name, field.FieldType, self);
    }

    /// <summary>The method that makes a struct state machine fills in the fields it knows; ours rely on a cleared local.</summary>
    private void ZeroTheOriginal()
    {
        foreach (MethodDefinition method in type.DeclaringType.Methods.Where(m => m.HasBody && m.Body.HasVariables))
        {
            method.Body.InitLocals |= method.Body.Variables.Any(v => v.VariableType.GetElementType() == type);
        }
    }
}
