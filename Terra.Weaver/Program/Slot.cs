using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Terra.Weaver.Program;

/// <summary>Where a hook's state lives between hooks: a local, or a field of the state machine when it must survive a suspension.</summary>
internal sealed class Slot
{
    private readonly MethodBody _body;
    private readonly VariableDefinition? _local;
    private readonly FieldReference? _field;

    public Slot(MethodBody body, StateMachine? machine, string name, TypeReference type)
    {
        _body = body;
        if (machine is not null)
        {
            _field = machine.AddField(name, type);
        }
        else
        {
            _local = new VariableDefinition(type);
            body.Variables.Add(_local);
        }
    }

    public IEnumerable<Instruction> Address() => _local is not null
        ? [Instruction.Create(OpCodes.Ldloca, _local)]
        : [Instruction.Create(OpCodes.Ldarg, _body.ThisParameter), Instruction.Create(OpCodes.Ldflda, _field)];

    public IEnumerable<Instruction> Load() => _local is not null
        ? [Instruction.Create(OpCodes.Ldloc, _local)]
        : [Instruction.Create(OpCodes.Ldarg, _body.ThisParameter), Instruction.Create(OpCodes.Ldfld, _field)];

    /// <summary>Stores the result of a call.</summary>
    public IEnumerable<Instruction> Store(Instruction call) => _local is not null
        ? [call, Instruction.Create(OpCodes.Stloc, _local)]
        : [Instruction.Create(OpCodes.Ldarg, _body.ThisParameter), call, Instruction.Create(OpCodes.Stfld, _field)];

    /// <summary>Clears a struct at the method's start; a field needs none, nor a local the runtime clears.</summary>
    public IEnumerable<Instruction> Clear() => _local is null || _body.InitLocals
        ? []
        : [Instruction.Create(OpCodes.Ldloca, _local), Instruction.Create(OpCodes.Initobj, _local.VariableType)];
}
