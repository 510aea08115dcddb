using System.Runtime.CompilerServices;

namespace AssemblyToProcess;

/// <summary>An awaitable that resumes at once, or, if <see cref="OnAnotherThread"/>, on a fresh thread.</summary>
public readonly struct Resuming
{
    public static bool OnAnotherThread { get; set; }

    public Awaiter GetAwaiter() => default;

    public readonly struct Awaiter : ICriticalNotifyCompletion
    {
        public bool IsCompleted => !OnAnotherThread;

        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation) => new Thread(() => continuation()).Start();
    }
}
