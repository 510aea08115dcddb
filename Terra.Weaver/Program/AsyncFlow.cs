using Mono.Cecil;
using Mono.Cecil.Cil;
using Terra.Weaver.Emission;
using Terra.Weaver.Flow;

namespace Terra.Weaver.Program;

/// <summary>
/// Lets an async method take its location along from thread to thread: ResumeAsync at the start of MoveNext, SuspendAsync before the
/// builder is told to await, LeaveAsync before each return and before the result is handed over, which can run who awaits it. MoveNext lets no
/// exception out.
/// </summary>
internal sealed class AsyncFlow(StateMachine machine, CanonicalBody body, StateDispatch dispatch, BodyEdits edits, ProgramHookSet hooks)
{
    /// <param name="stepId">Loads the site id if the method is marked as a step: from its first run to its completion.</param>
    public void Weave(IEnumerable<Instruction>? stepId)
    {
        var flow = new Slot(body.Body, machine, "flow", hooks.AsyncFrame);
        var entry = new VariableDefinition(hooks.AsyncEntry);
        body.Body.Variables.Add(entry);
        edits.Prologue.AddRange([.. flow.Address(), Instruction.Create(OpCodes.Call, hooks.ResumeAsync), Instruction.Create(OpCodes.Stloc, entry)]);
        Slot? step = stepId is null ? null : EnterStep(stepId);
        foreach (Instruction instruction in body.Code)
        {
            if (instruction.OpCode.Code == Code.Ret)
            {
                edits.Before(instruction, [Instruction.Create(OpCodes.Ldloc, entry), Instruction.Create(OpCodes.Call, hooks.LeaveAsync)]);
            }
            else if (instruction.Operand is MethodReference { Name: "AwaitOnCompleted" or "AwaitUnsafeOnCompleted" })
            {
                edits.Before(instruction, [.. flow.Address(), Instruction.Create(OpCodes.Call, hooks.SuspendAsync)]);
            }
            else if (machine.Kind == StateMachineKind.AsyncIterator && IsYield(instruction))
            {
                edits.Before(instruction, [.. flow.Address(), Instruction.Create(OpCodes.Call, hooks.SuspendAsync)]);
            }
            else if (machine.Completes(instruction))
            {
                edits.Before(instruction,
                [
                    .. step is null ? [] : (IEnumerable<Instruction>)[.. step.Address(), Instruction.Create(OpCodes.Call, hooks.ExitStep)],
                    Instruction.Create(OpCodes.Ldloc, entry),
                    Instruction.Create(OpCodes.Call, hooks.LeaveAsync),
                    Instruction.Create(OpCodes.Ldloca, entry),
                    Instruction.Create(OpCodes.Initobj, hooks.AsyncEntry),
                ]);
            }
        }
    }

    /// <summary>Where an async iterator hands over a value: from there on its consumer may ask for the next in another thread.</summary>
    private static bool IsYield(Instruction instruction) =>
        instruction.Operand is MethodReference { Name: "SetResult" } method && method.DeclaringType.Name == "ManualResetValueTaskSourceCore`1";

    private Slot EnterStep(IEnumerable<Instruction> stepId)
    {
        var step = new Slot(body.Body, machine, "step", hooks.LoopFrame);
        List<Instruction> enter = [.. stepId, .. step.Address(), Instruction.Create(OpCodes.Call, hooks.EnterStep)];
        if (dispatch.Start is null)
        {
            edits.Prologue.AddRange(enter);
        }
        else
        {
            edits.On(dispatch.Start, enter);
        }

        return step;
    }
}
