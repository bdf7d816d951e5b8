-- Jobs that wait for their hour wake no worker: the poll finds them.
CREATE OR REPLACE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1
    AFTER INSERT ON procrastinate_jobs
    FOR EACH ROW WHEN (NEW.status = 'todo' AND NEW.scheduled_at IS NULL)
    EXECUTE FUNCTION procrastinate_notify_queue_job_inserted_v1();
