using Mono.Cecil;

namespace Terra.Weaver.Program;

/// <summary>The runtime's program hooks, imported into the module.</summary>
internal sealed class ProgramHookSet(RuntimeLibrary runtime)
{
    private const string Int = "System.Int32";

    public TypeReference Location { get; } = runtime.Type(RuntimeNames.Location);

    public TypeReference LoopFrame { get; } = runtime.Type(RuntimeNames.LoopFrame);

    public TypeReference AsyncFrame { get; } = runtime.Type(RuntimeNames.AsyncFrame);

    public TypeReference AsyncEntry { get; } = runtime.Type(RuntimeNames.AsyncEntry);

    public MethodReference RegisterModule { get; } = Hook(runtime, "RegisterModule", "System.RuntimeTypeHandle", Int);

    public MethodReference EnterCall { get; } = Hook(runtime, "EnterCall", Int);

    public MethodReference ExitCall { get; } = Hook(runtime, "ExitCall", RuntimeNames.Location);

    public MethodReference SaveLocation { get; } = Hook(runtime, "SaveLocation");

    public MethodReference RestoreLocation { get; } = Hook(runtime, "RestoreLocation", RuntimeNames.Location);

    public MethodReference EnterLoop { get; } = Hook(runtime, "EnterLoop", Int, RuntimeNames.LoopFrame + "&");

    public MethodReference NextTurn { get; } = Hook(runtime, "NextTurn", RuntimeNames.LoopFrame + "&");

    public MethodReference ExitLoop { get; } = Hook(runtime, "ExitLoop", RuntimeNames.LoopFrame + "&");

    public MethodReference ResumeAsync { get; } = Hook(runtime, "ResumeAsync", RuntimeNames.AsyncFrame + "&");

    public MethodReference SuspendAsync { get; } = Hook(runtime, "SuspendAsync", RuntimeNames.AsyncFrame + "&");

    public MethodReference LeaveAsync { get; } = Hook(runtime, "LeaveAsync", RuntimeNames.AsyncEntry);

    public MethodReference EnterStep { get; } = Hook(runtime, "EnterStep", Int, RuntimeNames.LoopFrame + "&");

    public MethodReference ExitStep { get; } = Hook(runtime, "ExitStep", RuntimeNames.LoopFrame + "&");

    private static MethodReference Hook(RuntimeLibrary runtime, string name, params string[] parameters) =>
        runtime.Method(RuntimeNames.ProgramHooks, name, parameters);
}
