using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// Persistent threads that share loops with their caller. One loop is shared at a time: a caller that finds the pool busy, and a body that itself
/// calls <see cref="For"/>, run theirs alone. No thread joins a loop, or takes work given aside, while <see cref="NumThreads"/> of them compute, and where
/// callers on several threads or a new <see cref="NumThreads"/> make them more than that, those who joined leave after the part they are at. So if k threads
/// call, no more compute than <see cref="NumThreads"/> or k, apart from parts under way. Loops too small to share are not counted.
/// A worker may instead be given a piece of work that runs aside (<see cref="RunAside"/>). Idle workers look for work for a while, giving way to
/// other threads, and then sleep: waking one takes longer than most kernels. A thread that waits for the results of kernels can do a worker's work
/// meanwhile (<see cref="TryHelp"/>).
/// </summary>
public sealed class WorkerPool
{
    private const int PartsPerThread = 4, MostAsides = 4;

    private static readonly long s_patience = Stopwatch.Frequency / 1000;

    [ThreadStatic]
    private static bool t_inside;

    private readonly Lock _gate = new();
    private readonly object _sleep = new();
    private int _started;
    private Job? _job;
    private readonly AsideWork?[] _asides = new AsideWork?[MostAsides];
    private int _generation;
    private int _sleeping;
    private int _claimed;
    private int _computing;
    private int _mostComputing;
    private int _numThreads;

    internal WorkerPool(int numThreads) => _numThreads = numThreads;

    public static WorkerPool Shared { get; } = new(Environment.ProcessorCount);

    /// <summary>Threads a loop may use, its caller included.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public int NumThreads
    {
        get => Volatile.Read(ref _numThreads);
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            Volatile.Write(ref _numThreads, value);
        }
    }

    /// <summary>How many threads have computed at the same moment at most, since it was set.</summary>
    internal int MostComputing
    {
        get => Volatile.Read(ref _mostComputing);
        set => Volatile.Write(ref _mostComputing, value);
    }

    /// <summary>How many processors are claimed, see <see cref="ClaimProcessor"/>.</summary>
    internal int Claimed => Volatile.Read(ref _claimed);

    /// <summary>
    /// Runs <paramref name="body"/>(from, to) over parts of [0, <paramref name="n"/>) that together cover it once, and returns when all ran. Inner borders of
    /// parts are multiples of <paramref name="grain"/>; up to <paramref name="grain"/> iterations run on the caller's thread at once.
    /// Which thread runs which part is not defined.
    /// </summary>
    /// <exception cref="Exception">The first exception of a body; the other parts may or may not have run.</exception>
    public void For(long n, long grain, Action<long, long> body)
    {
        int threads = NumThreads;
        long grains = ((Math.Max(n, 1) - 1) / Math.Max(grain, 1)) + 1;
        Run(n, grain, Math.Max(grain, 1) * (((grains - 1) / (threads * (long)PartsPerThread)) + 1), body);
    }

    /// <summary>Runs <paramref name="body"/> for each number below <paramref name="n"/>, as <see cref="For"/>, but hands them out one by one: for long bodies, of which few are left at the end.</summary>
    /// <exception cref="Exception">The first exception of a body; the others may or may not have run.</exception>
    public void Each(long n, Action<long> body) => Run(n, 1, 1, (from, to) =>
    {
        for (long i = from; i < to; i++)
        {
            body(i);
        }
    });

    private void Run(long n, long grain, long part, Action<long, long> body)
    {
        if (n <= 0)
        {
            return;
        }

        int threads = NumThreads;
        if (n <= grain || threads == 1 || t_inside)
        {
            body(0, n);
            return;
        }

        NoteMost(Interlocked.Increment(ref _computing));
        t_inside = true;
        try
        {
            if (!_gate.TryEnter())
            {
                body(0, n);
                return;
            }

            try
            {
                Share(n, part, threads, body);
            }
            finally
            {
                _gate.Exit();
            }
        }
        finally
        {
            t_inside = false;
            Interlocked.Decrement(ref _computing);
        }
    }

    /// <summary>
    /// Lets a worker run <paramref name="work"/> while the caller goes on, alone: loops in it are not shared. Whoever needs its effects calls
    /// <see cref="AsideWork.Wait"/>, which runs it if no worker has come to it yet. Null if the pool has no worker, or as many pieces of work are waiting for one as there are places.
    /// </summary>
    internal AsideWork? RunAside(Action work)
    {
        int threads = NumThreads;
        if (threads == 1 || t_inside)
        {
            return null;
        }

        foreach (ref AsideWork? place in _asides.AsSpan())
        {
            AsideWork? before = Volatile.Read(ref place);
            if (before is { IsTaken: false })
            {
                continue;
            }

            var aside = new AsideWork(work);
            if (Interlocked.CompareExchange(ref place, aside, before) == before)
            {
                StartWorkers(threads - 1);
                Announce();
                return aside;
            }
        }

        return null;
    }

    /// <summary>
    /// Says that the calling thread uses a processor though it runs no loop: it looks for news, or helps. One worker fewer is wanted until
    /// <see cref="ReturnProcessor"/>, so that threads that wait never take processors from those they wait for.
    /// </summary>
    internal void ClaimProcessor() => Interlocked.Increment(ref _claimed);

    internal void ReturnProcessor() => Interlocked.Decrement(ref _claimed);

    /// <summary>Does what a worker would do now, on a thread that claimed a processor. False if there was nothing to do.</summary>
    internal bool TryHelp()
    {
        int threads = NumThreads;
        if (threads == 1 || t_inside)
        {
            return false;
        }

        t_inside = true;
        try
        {
            return Work(threads - 1);
        }
        finally
        {
            t_inside = false;
        }
    }

    /// <summary>Runs what there is, loops as their thread number <paramref name="thread"/>; false if that was nothing, or enough threads compute.</summary>
    private bool Work(int thread)
    {
        bool ran = false;
        foreach (ref AsideWork? place in _asides.AsSpan())
        {
            if (Volatile.Read(ref place) is { IsTaken: false } aside && TryJoin())
            {
                ran |= aside.TryRun();
                Interlocked.Decrement(ref _computing);
            }
        }

        if (Volatile.Read(ref _job) is { IsOpen: true } job && TryJoin())
        {
            ran |= job.Work(thread, guestOf: this);
            Interlocked.Decrement(ref _computing);
        }

        return ran;
    }

    /// <summary>Counts the calling thread among those that compute, unless there are enough.</summary>
    private bool TryJoin()
    {
        int seen = Volatile.Read(ref _computing);
        while (seen < NumThreads)
        {
            int found = Interlocked.CompareExchange(ref _computing, seen + 1, seen);
            if (found == seen)
            {
                NoteMost(seen + 1);
                return true;
            }

            seen = found;
        }

        return false;
    }

    private void NoteMost(int computing)
    {
        int most = Volatile.Read(ref _mostComputing);
        while (computing > most)
        {
            most = Interlocked.CompareExchange(ref _mostComputing, computing, most);
        }
    }

    /// <summary>Worker number <paramref name="index"/> has a processor to work on.</summary>
    private bool IsWanted(int index) => index < NumThreads - 1 - Volatile.Read(ref _claimed);

    private void Share(long n, long part, int threads, Action<long, long> body)
    {
        var job = new Job(n, part, threads, body);
        StartWorkers(threads - 1);
        Volatile.Write(ref _job, job);
        Announce();
        job.Work(0, guestOf: null);
        job.Wait();
        Volatile.Write(ref _job, null);
        job.Failure?.Throw();
    }

    private void StartWorkers(int count)
    {
        if (Volatile.Read(ref _started) >= count)
        {
            return;
        }

        lock (_sleep)
        {
            for (; _started < count; _started++)
            {
                int index = _started;
                new Thread(() => Serve(index)) { IsBackground = true, Name = $"Terra worker {index + 1}" }.Start();
            }
        }
    }

    /// <summary>Says that there is something new to do.</summary>
    private void Announce()
    {
        Interlocked.Increment(ref _generation);
        if (Volatile.Read(ref _sleeping) > 0 && IsWanted(0))
        {
            lock (_sleep)
            {
                Monitor.PulseAll(_sleep);
            }
        }
    }

    private void Serve(int index)
    {
        t_inside = true;
        int seen = 0;
        while (true)
        {
            seen = Await(index, seen);
            if (IsWanted(index))
            {
                Work(index + 1);
            }
        }
    }

    /// <summary>Returns the new generation once it is no longer <paramref name="seen"/>.</summary>
    private int Await(int index, int seen)
    {
        long began = Stopwatch.GetTimestamp();
        for (int spin = 0; IsWanted(index) && Stopwatch.GetTimestamp() - began < s_patience; spin++)
        {
            if (Volatile.Read(ref _generation) != seen)
            {
                return Volatile.Read(ref _generation);
            }

            Thread.SpinWait(20);
            if ((spin & 7) == 7)
            {
                Thread.Yield();
            }
        }

        lock (_sleep)
        {
            Interlocked.Increment(ref _sleeping);
            while (Volatile.Read(ref _generation) == seen)
            {
                Monitor.Wait(_sleep);
            }

            Interlocked.Decrement(ref _sleeping);
        }

        return Volatile.Read(ref _generation);
    }

    /// <summary>A piece of work that a worker runs beside its giver.</summary>
    internal sealed class AsideWork(Action work)
    {
        private int _taken;
        private volatile bool _done;
        private ExceptionDispatchInfo? _failure;

        /// <summary>Somebody runs it, or ran it.</summary>
        public bool IsTaken => Volatile.Read(ref _taken) != 0;

        public bool IsDone => _done;

        /// <summary>Why it failed; meaningful once it is done.</summary>
        public ExceptionDispatchInfo? Failure => _failure;

        /// <summary>Runs it on the calling thread unless somebody has taken it.</summary>
        public bool TryRun()
        {
            if (IsTaken || Interlocked.Exchange(ref _taken, 1) != 0)
            {
                return false;
            }

            try
            {
                work();
            }
#pragma warning disable CA1031 // Whoever waits for the work learns of any failure.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                _failure = ExceptionDispatchInfo.Capture(exception);
            }

            _done = true;
            return true;
        }

        /// <summary>Returns when it has run, on whatever thread.</summary>
        public void Wait()
        {
            var spin = default(SpinWait);
            while (!_done && !TryRun())
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    /// <summary>
    /// One loop. Each thread has a run of neighbouring parts, the same ones of the same loop every time, so that what it wrote lies in its own core's caches when the next
    /// loop reads it; who is done with its own takes the last ones of others.
    /// </summary>
    private sealed class Job
    {
        private const int CacheLine = 64 / sizeof(long);

        private readonly long _n;
        private readonly long _part;
        private readonly Action<long, long> _body;
        private readonly int _threads;

        /// <summary>For each thread, on a cache line of its own, the parts not taken yet: the first one, and above 32 bits the end.</summary>
        private readonly long[] _open;

        private long _done;
        private ExceptionDispatchInfo? _failure;

        public Job(long n, long part, int threads, Action<long, long> body)
        {
            (_n, _part, _body, _threads) = (n, part, body, threads);
            _open = new long[(threads + 1) * CacheLine];
            long parts = ((n - 1) / part) + 1, first = 0;
            for (int thread = 0; thread < threads; thread++)
            {
                long end = ((parts * (thread + 1)) + threads - 1) / threads;
                _open[(thread + 1) * CacheLine] = first | (end << 32);
                first = end;
            }
        }

        public ExceptionDispatchInfo? Failure => _failure;

        /// <summary>Some parts are not taken yet.</summary>
        public bool IsOpen
        {
            get
            {
                for (int thread = 0; thread < _threads; thread++)
                {
                    long open = Volatile.Read(ref _open[(thread + 1) * CacheLine]);
                    if ((open & uint.MaxValue) < open >> 32)
                    {
                        return true;
                    }
                }

                return false;
            }
        }

        /// <summary>Runs parts until none is left, or, as the guest of a pool, too many threads compute; false if there was none.</summary>
        public bool Work(int thread, WorkerPool? guestOf)
        {
            bool ran = false;
            for (int step = 0; step < _threads; step++)
            {
                while (TryTake((thread + step) % _threads, isOwn: step == 0, out long part))
                {
                    Run(part * _part);
                    ran = true;
                    if (guestOf is not null && Volatile.Read(ref guestOf._computing) > guestOf.NumThreads)
                    {
                        return ran;
                    }
                }
            }

            return ran;
        }

        public void Wait()
        {
            var spin = default(SpinWait);
            while (Volatile.Read(ref _done) < _n)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }

        private bool TryTake(int thread, bool isOwn, out long part)
        {
            ref long open = ref _open[(thread + 1) * CacheLine];
            long seen = Volatile.Read(ref open);
            while (true)
            {
                long first = seen & uint.MaxValue, end = seen >> 32;
                part = isOwn ? first : end - 1;
                if (first >= end)
                {
                    return false;
                }

                long rest = isOwn ? (first + 1) | (end << 32) : first | ((end - 1) << 32);
                long found = Interlocked.CompareExchange(ref open, rest, seen);
                if (found == seen)
                {
                    return true;
                }

                seen = found;
            }
        }

        private void Run(long from)
        {
            long to = Math.Min(from + _part, _n);
            try
            {
                _body(from, to);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            }

            Interlocked.Add(ref _done, to - from);
        }
    }
}
